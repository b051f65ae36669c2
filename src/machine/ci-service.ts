import type { Fingerprint } from './machine-description.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** CI services set the variable CI to anything; a user takes it back with an empty value, `0` or `false`. */
export function isCi(env: Environment): boolean {
  return !['', '0', 'false', undefined].includes(env['CI']);
}

/** The CI service that runs us, and its name for the job; null outside of any. */
export function continuousIntegration(env: Environment): Fingerprint['ci'] {
  if (env['GITHUB_ACTIONS'] === 'true') return { name: 'GitHub Actions', job: env['GITHUB_RUN_ID'] ?? null };
  if (env['GITLAB_CI'] !== undefined) return { name: 'GitLab CI', job: env['CI_JOB_ID'] ?? null };
  return isCi(env) ? { name: 'unknown', job: null } : null;
}
