/**
 * A results file of the first format as one of the second. It named cells by strategy alone, repeated the counts of
 * native cells in modelled ones, whose predictions it stored, and kept what a tracer saw in an object of its own. The
 * summaries that it stored are left, to be checked (stored-summary.ts).
 *
 * @param document - not checked yet: what is not as it should be is left for the schema to find
 */
export function fromResults1(document: unknown): unknown {
  if (!isRecord(document)) return document;
  return {
    ...document,
    schema: 'launchbench.results/2',
    scenarios: each(document['scenarios'], (scenario) => {
      const { controls } = scenario;
      return {
        ...scenario,
        cells: each(scenario['cells'], withoutRepetition),
        noise: each(scenario['noise'], disqualifying),
        controls: isRecord(controls)
          ? { ...controls, nullControl: one(controls['nullControl'], named) }
          : controls,
      };
    }),
  };
}

type Members = Readonly<Record<string, unknown>>;

function withoutRepetition(cell: Members): Members {
  const { counts, ...rest } = cell;
  if (rest['kind'] !== 'modelled') return named({ ...rest, counts: one(counts, tracedCounts) });
  const derived = ['inputs', 'prediction', 'label'];
  return named(Object.fromEntries(Object.entries(rest).filter(([key]) => !derived.includes(key))));
}

function named({ strategy, ...cell }: Members): Members {
  return { ...cell, row: strategy, tool: null };
}

/** It said of a finding only whether it took verdicts from times. */
function disqualifying({ disqualifies, ...finding }: Members): Members {
  const times = finding['id'] === 'cpu-pressure' ? ['wall'] : ['cpu', 'wall'];
  return { ...finding, disqualifies: disqualifies === true ? times : [] };
}

function tracedCounts({ traced, ...counts }: Members): Members {
  const { forks = null, escaped = null, launches = null } = isRecord(traced) ? traced : {};
  const toolLaunches =
    typeof launches === 'number' && typeof counts['launches'] === 'number'
      ? Math.max(0, launches - counts['launches'])
      : null;
  return { ...counts, forks, escaped, toolLaunches, drivers: null, foreseenLinks: null };
}

function each(list: unknown, translate: (item: Members) => Members): unknown {
  return Array.isArray(list) ? list.map((item: unknown) => one(item, translate)) : list;
}

function one(value: unknown, translate: (value: Members) => Members): unknown {
  return isRecord(value) ? translate(value) : value;
}

function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
