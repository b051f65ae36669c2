// What options of one kind have in common, whatever they are for.

/** A file. */
export const FILE = { type: 'string', placeholder: 'FILE', completes: 'file' } as const;
/** A folder. */
export const FOLDER = { type: 'string', placeholder: 'DIR', completes: 'folder' } as const;
/** Any number of names. */
export const NAMES = { type: 'string', placeholder: 'NAME', multiple: true } as const;
/** A whole number. */
export const COUNT = { type: 'number', placeholder: 'N', integer: true } as const;
/** A time, more than none. */
export const SECONDS = { type: 'number', placeholder: 'SECONDS', min: 0.001 } as const;
/** The capture tool to launch. */
export const TOOL = {
  type: 'string',
  placeholder: '[ARCH=]PATH',
  multiple: true,
  completes: 'file',
  describe:
    'Capture tool to launch instead of our own; "steam" takes that of a Steam Runtime, "native" and "node" a form of ours',
} as const;
