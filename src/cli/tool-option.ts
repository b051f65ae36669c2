import type { TextOption } from './command.ts';

/** The option `--tool`, for every command that launches a capture tool. */
export const toolOption = {
  type: 'string',
  placeholder: '[ARCH=]PATH',
  multiple: true,
  completes: 'file',
  describe:
    'Capture tool to launch instead of our own; "steam" takes that of a Steam Runtime, "native" and "node" a form of ours',
} as const satisfies TextOption;
