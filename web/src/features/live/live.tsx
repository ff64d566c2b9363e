/** The first page: what is performed now, or a choice of what to begin with. */
export function Live() {
  return <main />;
}
