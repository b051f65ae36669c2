import type { Json } from '../drivers/tolerant-json.ts';
import type { ManifestContent } from '../drivers/driver.ts';
import { ARCHITECTURES, type Tuple } from '../sysroot/architectures.ts';
import type { ManifestRules } from '../editions/edition.ts';

/** The content of a manifest with another library. Source: our graphics-stack specification, 9.3. */
export function rewriteManifest(
  content: ManifestContent,
  libraryPath: string,
  arch: Tuple,
  { vulkanFormats }: ManifestRules,
): Json {
  const libraryArch: readonly (readonly [string, Json])[] =
    vulkanFormats === null ? [] : [['library_arch', String(ARCHITECTURES[arch].elf.bits)]];
  switch (content.kind) {
    case 'icd': {
      const { apiVersion, isPortabilityDriver } = content;
      const isVulkan = apiVersion !== null;
      return fileOf(isVulkan && vulkanFormats !== null ? vulkanFormats.icd : '1.0.0', 'ICD', [
        ['library_path', libraryPath],
        ...(isVulkan ? [['api_version', apiVersion] as const, ...libraryArch] : []),
        ...(isPortabilityDriver && vulkanFormats !== null ? [['is_portability_driver', true] as const] : []),
      ]);
    }
    case 'layer': {
      const members: (readonly [string, Json])[] = [...content.members];
      const afterType = members.findIndex(([name]) => name === 'type') + 1;
      return fileOf(
        vulkanFormats?.layer ?? content.fileFormatVersion,
        'layer',
        members.toSpliced(afterType, 0, ['library_path', libraryPath], ...libraryArch),
      );
    }
    case 'openxr':
      return fileOf('1.0.0', content.object, [['library_path', libraryPath], ...content.members]);
  }
}

function fileOf(version: string, object: string, members: readonly (readonly [string, Json])[]): Json {
  return new Map<string, Json>([
    ['file_format_version', version],
    [object, new Map(members)],
  ]);
}
