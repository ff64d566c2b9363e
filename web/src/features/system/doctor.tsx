import type { Row } from "../../api/schema";
import { Part } from "./part";

/** So many characters are a sentence: it has lines of its own, and is not squeezed beside its name. */
const LONG = 32;

/** What `reverie doctor` finds: what is missing first, with the command that fixes it. */
export function Doctor({ rows }: { rows: Row[] }) {
  const missing = rows.filter((row) => !row.ok);
  return (
    <Part title="Doctor" note={missing.length === 0 ? "all is well" : `${missing.length} to do`}>
      <ul className="doctor">
        {[...missing, ...rows.filter((row) => row.ok)].map((row) => (
          <li key={row.name} data-ok={row.ok} data-long={row.value.length > LONG}>
            <span className="doctor-mark" aria-hidden="true">
              {row.ok ? "✓" : "✗"}
            </span>
            <span className="doctor-name">{row.name}</span>
            <span className="doctor-value">{row.value}</span>
            {!row.ok && row.fix && <code>{row.fix}</code>}
          </li>
        ))}
      </ul>
    </Part>
  );
}
