/** Storyboards as files on the maker's own machine. */

import type { Board } from "../../film/board";
import { boardFrom, toJson, toYaml } from "../../film/document";
import { nameOf } from "./shelf";

/** Bytes of a storyboard's file at most: a thousand scenes have room in it. */
const MOST_BYTES = 4_000_000;

export async function exported(board: Board, way: "yaml" | "json"): Promise<void> {
  const text = way === "yaml" ? await toYaml(board) : toJson(board);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: way === "yaml" ? "application/yaml" : "application/json" }));
  link.download = `${slug(nameOf(board))}.${way}`;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export async function imported(file: File): Promise<Board> {
  if (file.size > MOST_BYTES) throw new Error(`“${file.name}” is too large for a storyboard.`);
  return boardFrom(await file.text(), file.name);
}

export function slug(title: string): string {
  return (
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 60) || "film"
  );
}
