/** The figures of a sample, by the names that its columns have in a file; what each is, is said in sample.ts. */
export const COLUMN_NAMES = [
  'round',
  'position',
  'warmup',
  'startNs',
  'wallNs',
  'childUserUs',
  'childSystemUs',
  'ownUserUs',
  'ownSystemUs',
  'maxRssKib',
  'minorFaults',
  'majorFaults',
  'voluntarySwitches',
  'involuntarySwitches',
  'exitStatus',
  'stealTicks',
] as const;
