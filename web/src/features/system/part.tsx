import type { ReactNode } from "react";

/** A part of the page under a name. */
export function Part({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className="part" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {note && <span className="part-note">{note}</span>}
      </header>
      {children}
    </section>
  );
}
