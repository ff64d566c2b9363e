/** What the document loads first: it asks for the page that is wanted and for what shows it in the same moment. */

import { PAGES, pageAt } from "./pages";
import "./style.css";
import "./components/shell.css";

// Whoever shows the page asks again, and says it if the file can't be had.
void PAGES[pageAt(location.pathname).name]().catch(() => undefined);
void import("./main");
