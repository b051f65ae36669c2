import type { Tone } from './blocks.ts';

/** Colours a piece of finished text, or leaves it alone. */
export type Paint = (text: string, tone: Tone) => string;

/** The painter for a terminal; chalk is loaded only when colours were asked for. */
export async function createPaint(color: boolean): Promise<Paint> {
  if (!color) return (text) => text;
  const { Chalk } = await import('chalk');
  // The caller has decided about colours; chalk's own detection would look at this process instead.
  const chalk = new Chalk({ level: 1 });
  const styles = {
    plain: (text: string) => text,
    strong: chalk.bold,
    muted: chalk.dim,
    good: chalk.green,
    bad: chalk.red,
    warning: chalk.yellow,
  } as const satisfies Record<Tone, (text: string) => string>;
  return (text, tone) => styles[tone](text);
}
