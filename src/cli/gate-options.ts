import { UsageError } from '../errors.ts';
import { RULES, type Rule } from '../analysis/finding.ts';
import { METRICS } from '../results/sample-figures.ts';
import { notOneOf } from '../nearest.ts';
import { defaultLevel, type GateRules, type Level, type MaxRatio } from '../analysis/gate-rules.ts';
import type { OptionTable, OptionValues, WordList } from './command.ts';

/** The options of `gate` that say what is compared with what, and how much it weighs. */
export const RULE_OPTIONS = {
  exact: { type: 'boolean', describe: 'Also fail when a count went down: the baseline is stale then' },
  strict: {
    type: 'boolean',
    describe: 'Also fail when something could not be judged: missing shards, no tracer',
  },
  maxRatio: {
    type: 'string',
    placeholder: '[STRATEGY=]RATIO',
    multiple: true,
    describe:
      'Fail when the whole interval of time, relative to the reference, lies above this: 0.5 demands twice as fast',
  },
  metric: {
    type: 'string',
    placeholder: 'NAME',
    choices: METRICS,
    default: 'cpu',
    describe: 'The time that --max-ratio is about',
  },
  reference: {
    type: 'string',
    placeholder: 'STRATEGY',
    describe: 'Strategy that --max-ratio compares with; the first of the scenario unless told',
  },
  maxRss: {
    type: 'number',
    placeholder: 'KIB',
    min: 0,
    describe: 'Fail when the largest child takes more memory than this, in the median',
  },
  maxFaults: {
    type: 'number',
    placeholder: 'N',
    min: 0,
    describe: 'Fail when there are more page faults than this, in the median',
  },
  rule: {
    type: 'string',
    placeholder: 'RULE=LEVEL',
    multiple: true,
    describe: 'Make a rule an error or a warning (warn), or turn it off',
    completes: {
      words: RULES.flatMap((rule) => [`${rule}=error`, `${rule}=warn`, `${rule}=off`]),
    },
  },
} as const satisfies OptionTable;

/** What each rule is about. */
const RULE_MEANINGS = {
  void: 'The cell failed, or its strategies did not do the same work',
  deterministic: 'Two counting passes agree',
  coverage: 'Every cell of the baseline was run',
  uncovered: 'Every cell that was run is in the baseline',
  launches: 'No more launches than in the baseline',
  launchesByExecutable: 'No other launches than in the baseline, however many',
  toolLaunches: 'The launched tools launch no more themselves than in the baseline',
  forks: 'No more processes without an exec than in the baseline',
  drivers: 'No fewer drivers captured than in the baseline',
  links: 'No fewer links than in the baseline, or than foreseen',
  budget: 'No more launches than the budget of the scenario allows',
  maxRatio: 'The time is within --max-ratio',
  maxRss: 'The memory is within --max-rss',
  maxFaults: 'The page faults are within --max-faults',
} as const satisfies Record<Rule, string>;

/** The rules with their levels, for the help. */
export const RULE_WORDS: WordList = {
  title: 'Rules',
  meanings: Object.fromEntries(RULES.map((rule) => [rule, `${RULE_MEANINGS[rule]} (${defaultLevel(rule)})`])),
};

/** What those options say, and the margin that verdicts are given with. */
export type RuleArguments = OptionValues<typeof RULE_OPTIONS> & { readonly margin: number };

/**
 * The rules that the options ask for.
 *
 * @throws UsageError for a rule, level or ratio that there is not.
 */
export function gateRules(args: RuleArguments): GateRules {
  return {
    exact: args.exact,
    strict: args.strict,
    margin: args.margin,
    levels: Object.fromEntries(args.rule.map(parseLevel)),
    maxRatios: args.maxRatio.map((word) => parseMaxRatio(word, args)),
    maxRssKib: args.maxRss,
    maxFaults: args.maxFaults,
  };
}

function parseMaxRatio(word: string, { metric, reference }: RuleArguments): MaxRatio {
  const [, strategy, digits] = /^(?:(.+)=)?(\d+(?:\.\d+)?)$/u.exec(word) ?? [];
  const ratio = Number(digits);
  if (!(ratio > 0)) {
    throw new UsageError(`--max-ratio: expected a ratio above 0, as in 1.05 or batched=0.5, found "${word}"`);
  }
  return { ratio, metric, strategy: strategy ?? null, reference: reference ?? null };
}

const LEVELS: readonly Level[] = ['error', 'warn', 'off'];

function parseLevel(word: string): readonly [rule: string, level: Level] {
  const [rule = '', found = ''] = word.split('=');
  if (!RULES.some((known) => known === rule)) {
    throw new UsageError(`--rule: ${notOneOf(RULES, rule)}`);
  }
  const level = LEVELS.find((known) => known === found);
  if (level === undefined) {
    throw new UsageError(`--rule ${rule}: expected =error, =warn or =off, found "${word}"`);
  }
  return [rule, level];
}
