import { Component, type ReactNode } from "react";
import { Button } from "./button";

interface MishapProps {
  children: ReactNode;
}

/** What is shown where the page itself broke: words instead of nothing, and a way on. */
export class Mishap extends Component<MishapProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <main className="grid min-h-dvh content-center justify-items-center gap-4 p-6 text-center" role="alert">
        <h1 className="text-28 font-light">The page stumbled.</h1>
        <p className="text-ink-2">The performance goes on in the studio, and nothing of it is lost.</p>
        <Button look="main" onClick={() => location.reload()}>
          Open it again
        </Button>
        <details className="max-w-120 text-14 text-ink-3">
          <summary className="cursor-pointer">What happened</summary>
          <pre className="mt-2 overflow-auto text-left whitespace-pre-wrap select-all">{error.stack ?? error.message}</pre>
        </details>
      </main>
    );
  }
}
