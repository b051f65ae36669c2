// The whole in one call.
export {
  captureGraphics,
  type CapturedGraphics,
  type CaptureGraphicsOptions,
} from './launch/capture-graphics.ts';

// Count what any command launches; launchbench/vitest has matchers for it.
export { countLaunches, type CountLaunchesOptions } from './runner/count-launches.ts';
export type { Trace, TraceEnd, TraceLaunch, TraceRun } from './results/trace.ts';

// Errors that a caller can act on; `exitStatus` is that of the command line.
export {
  CommandError,
  CountError,
  EnvironmentError,
  EXIT,
  FormatError,
  InterruptedError,
  LaunchbenchError,
  LaunchError,
  SysrootError,
  UsageError,
  type ExitStatus,
} from './errors.ts';

export {
  ARCHITECTURES,
  isTuple,
  TUPLES,
  type Architecture,
  type Tuple,
} from './core/sysroot/architectures.ts';
export {
  createCapturer,
  type Capturer,
  type CaptureSettings,
  type Destination,
  type Message,
  type RemapRule,
} from './core/capture/capture.ts';
export { CaptureError, type ErrorClass } from './core/capture/capture-error.ts';
export { loadKnowledge, parseKnowledge, type Knowledge } from './core/capture/compare/knowledge.ts';
export type { MethodName } from './core/capture/compare/method-names.ts';
export { openDestination } from './core/capture/write-links.ts';

export { createInspector, type Inspector } from './core/sysroot/inspector.ts';
export { openSysroot, type Sysroot, type SysrootOptions } from './core/sysroot/sysroot.ts';

// Discover: which drivers does a provider have?
export { discoverDrivers, type DiscoverDriversOptions } from './core/editions/discover-drivers.ts';
export type { DiscoverOptions, DriversByArchitecture } from './core/drivers/discover.ts';
export type { Driver, DriverClassName, Library } from './core/drivers/driver.ts';
export type { DriverClass, Imports } from './core/drivers/driver-classes.ts';
export { openProvider, type Provider } from './core/overrides/open-provider.ts';
export type { ArchitectureSettings, ProviderManifest } from './core/drivers/provider-manifest.ts';

// What upstream did at one time: rules for everything below.
export type { Edition } from './core/editions/edition.ts';
export { DEFAULT_EDITION, type EditionName, EDITIONS } from './core/editions/editions.ts';

// Plan: which capture calls would a strategy make?
export type { Binding, CaptureCall, CaptureOutcome, Plan, ProviderFacts } from './core/planning/plan.ts';
export { STRATEGIES, type Strategy, type StrategyName } from './core/overrides/strategies.ts';
export { runPlan, type PlanRun, type ArchitectureCapture } from './core/overrides/run-plan.ts';
export { foreseeCaptures } from './core/overrides/in-process.ts';

// Capture: make the overrides.
export {
  captureStack,
  type CapturedStack,
  type CaptureStackOptions,
  type CaptureStackRequest,
  type LaunchCounts,
} from './core/overrides/capture-stack.ts';
export { findTools, type ToolChoice } from './core/overrides/find-tools.ts';
export { digestOverrides, type OverridesDigest } from './core/overrides/digest.ts';
export type {
  CaptureServer,
  CaptureSession,
  CaptureTool,
  Conversation,
  Launcher,
  Launching,
  LaunchReport,
  LaunchRequest,
} from './core/overrides/server.ts';
export { createDirectLauncher } from './launch/direct-launcher.ts';
