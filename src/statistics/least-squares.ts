/**
 * The parameters, none of them negative, for which `row · parameters` comes nearest to each target, as a share of it: the
 * least sum of squares of the relative errors. With as many rows as parameters it may be exact.
 *
 * Every choice of parameters that are not zero is tried, so it is for a few of them. Where two choices are equally good the
 * one with fewer parameters is taken. All zero when nothing fits better.
 *
 * @param rows - one for each target, all of one length
 * @param targets - all above zero
 */
export function fitRelative(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
): readonly number[] {
  const shares = rows.map((row, index) => row.map((value) => value / (targets[index] ?? 1)));
  const columns = rows[0]?.length ?? 0;
  let best: { readonly parameters: readonly number[]; readonly error: number } = {
    parameters: Array.from({ length: columns }, () => 0),
    error: targets.length,
  };
  for (const chosen of subsets(columns)) {
    const solution = solveNormalEquations(shares.map((row) => chosen.map((column) => row[column] ?? 0)));
    if (solution === null || solution.some((value) => value < 0)) continue;
    const parameters = Array.from({ length: columns }, (_, column) => solution[chosen.indexOf(column)] ?? 0);
    const error = shares.reduce((sum, row) => sum + (dot(row, parameters) - 1) ** 2, 0);
    if (error < best.error) best = { parameters, error };
  }
  return best.parameters;
}

/** Sum of the products. */
export function dot(row: readonly number[], parameters: readonly number[]): number {
  return row.reduce((sum, value, index) => sum + value * (parameters[index] ?? 0), 0);
}

/** Every choice of some of so many columns, small ones first. */
function subsets(columns: number): readonly (readonly number[])[] {
  const all = Array.from({ length: 2 ** columns }, (_, mask) =>
    Array.from({ length: columns }, (__, column) => column).filter((column) => (mask >> column) & 1),
  );
  return all.filter((chosen) => chosen.length > 0).sort((a, b) => a.length - b.length);
}

/** What solves AᵀA x = Aᵀ1; null where the columns depend on each other. */
function solveNormalEquations(rows: readonly (readonly number[])[]): readonly number[] | null {
  const width = rows[0]?.length ?? 0;
  // Scaled, so that milliseconds and pages weigh the same in the elimination.
  const scales = Array.from({ length: width }, (_, column) =>
    Math.sqrt(rows.reduce((sum, row) => sum + (row[column] ?? 0) ** 2, 0)),
  );
  if (scales.some((scale) => !(scale > 0))) return null;
  const scaled = rows.map((row) => row.map((value, column) => value / (scales[column] ?? 1)));
  const equations = Array.from({ length: width }, (_, i) => [
    ...Array.from({ length: width }, (__, j) =>
      scaled.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), 0),
    ),
    scaled.reduce((sum, row) => sum + (row[i] ?? 0), 0),
  ]);
  const solution = eliminate(equations);
  return solution?.map((value, column) => value / (scales[column] ?? 1)) ?? null;
}

/** Columns nearer to each other than this are one: their parameters could be anything. */
const SMALLEST_PIVOT = 1e-10;

/** Gauss and Jordan, with the largest pivot of each column. */
function eliminate(equations: number[][]): readonly number[] | null {
  const size = equations.length;
  for (let column = 0; column < size; column += 1) {
    const below = equations.slice(column);
    const pivotRow = below.reduce((a, b) => (Math.abs(b[column] ?? 0) > Math.abs(a[column] ?? 0) ? b : a));
    const pivot = pivotRow[column] ?? 0;
    if (Math.abs(pivot) < SMALLEST_PIVOT) return null;
    const others = equations.filter((row) => row !== pivotRow);
    const normal = pivotRow.map((value) => value / pivot);
    equations = others.map((row) => row.map((value, at) => value - (row[column] ?? 0) * (normal[at] ?? 0)));
    equations.splice(column, 0, normal);
  }
  return equations.map((row) => row[size] ?? 0);
}
