import type { Block } from '../blocks.ts';
import type { ReportDocument } from '../document.ts';
import { composeComparison } from './comparison.ts';
import { composeGate } from './gate.ts';
import { composeHistory } from './history.ts';
import type { TableShape } from './measured-table.ts';
import { composeResults } from './results.ts';
import { composeTraceComparison } from './trace-comparison.ts';
import { composeTrace } from './trace.ts';

/**
 * Any document as blocks.
 *
 * @param argumentsWidth - characters of an argument list that are shown
 */
export function compose(
  document: ReportDocument,
  shape: TableShape,
  argumentsWidth: number,
): readonly Block[] {
  switch (document.kind) {
    case 'results':
      return composeResults(document, shape);
    case 'comparison':
      return composeComparison(document, shape);
    case 'gate':
      return composeGate(document);
    case 'history':
      return composeHistory(document);
    case 'trace':
      return composeTrace(document, argumentsWidth);
    case 'trace-comparison':
      return composeTraceComparison(document);
  }
}
