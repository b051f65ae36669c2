/** One thing in a tree, as data. Paths are absolute inside the tree; folders above come by themselves. */
export type TreeEntry =
  | { readonly kind: 'directory'; readonly path: string }
  /** The content is made when the file is written: a scenario is checked by the entries alone. */
  | { readonly kind: 'file'; readonly path: string; readonly content: () => FileContent }
  /** Another name of the file at `target`, which is listed before it. */
  | { readonly kind: 'hard-link'; readonly path: string; readonly target: string }
  /** `target` is the text of the link, whatever it means. */
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string };

/** A file with holes: what lies between the pieces reads as zeros and takes no room on disk. */
export interface FileContent {
  readonly sizeBytes: number;
  readonly pieces: readonly FilePiece[];
}

/** Bytes of a file and where they begin. */
export interface FilePiece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** The content of a file that is one piece. */
export function contentOf(bytes: Uint8Array): () => FileContent {
  return () => ({ sizeBytes: bytes.length, pieces: [{ offset: 0, bytes }] });
}
