import { once } from 'node:events';
import {
  appendFileSync,
  chownSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { isTooYoung } from '../../../src/core/overrides/file-dependencies.ts';
import { UsageError } from '../../../src/errors.ts';
import {
  aKeptStack,
  captureAndLook,
  changeList,
  filesIn,
  type KeptStack,
  listFile,
  nextTick,
  readList,
  start,
  startAndLook,
} from '../../builders/kept-overrides.ts';
import { PATIENCE } from '../../builders/patience.ts';
import { temporaryFolder } from '../../builders/temporary-folder.ts';

const LIBDIR = 'usr/lib/x86_64-linux-gnu';

let stack: KeptStack;
beforeEach(async () => {
  stack = await aKeptStack(temporaryFolder());
});

describe('overrides that are kept', () => {
  it('are made by the first start, and used again by the next', async () => {
    expect(await start(stack)).toMatchObject({ reused: false, why: 'there were no overrides' });
    const files = filesIn(stack.overrides);
    expect(await start(stack)).toMatchObject({ reused: true, why: null, launches: { total: 0 } });
    expect(filesIn(stack.overrides)).toEqual(files);
  });

  it('are those of a capture in this process, with the same answer, each time', async () => {
    const fresh = await captureAndLook(stack);
    expect((await startAndLook(stack)).left).toEqual(fresh);
    expect(await startAndLook(stack)).toEqual({ left: fresh, why: null });
  });

  it('are made anew where that is asked for', async () => {
    await start(stack);
    const again = await start(stack, { fresh: true });
    expect(again).toMatchObject({ reused: false, why: 'a capture was asked for' });
  });

  it.each<{ readonly what: string; readonly change: (stack: KeptStack) => void; readonly why: RegExp }>([
    {
      what: 'a library is replaced by another one of its size and time',
      change({ provider }) {
        const file = join(provider, LIBDIR, 'libdrm.so.2');
        const { atime, mtime } = statSync(file);
        const bytes = readFileSync(file);
        bytes[bytes.length - 1] = 1;
        writeFileSync(`${file}.new`, bytes);
        utimesSync(`${file}.new`, atime, mtime);
        renameSync(`${file}.new`, file);
      },
      why: /libdrm\.so\.2 changed$/,
    },
    {
      what: 'a library is written to in place, and its time set back',
      change({ provider }) {
        const file = join(provider, LIBDIR, 'libdrm.so.2');
        const { atime, mtime } = statSync(file);
        const bytes = readFileSync(file);
        writeFileSync(file, bytes);
        utimesSync(file, atime, mtime);
      },
      why: /libdrm\.so\.2 changed$/,
    },
    {
      what: 'a manifest is added',
      change({ provider }) {
        const folder = join(provider, 'usr/share/vulkan/icd.d');
        writeFileSync(join(folder, 'z.json'), readFileSync(join(folder, 'a_icd.json')));
      },
      why: /what is in .*icd\.d changed$/,
    },
    {
      what: 'a folder appears where one was looked for',
      change: ({ provider }) => void mkdirSync(join(provider, 'etc/vulkan/icd.d'), { recursive: true }),
      why: /etc\/vulkan is there now$/,
    },
    {
      what: 'the container gets a library that no cache lists',
      change: ({ provider, container }) => {
        copyFileSync(join(provider, LIBDIR, 'libdrm.so.2'), join(container, LIBDIR, 'libdrm.so.2'));
      },
      why: /container\/.* (is there now|changed)$/,
    },
    {
      what: 'a folder becomes a link to where it is now',
      change({ provider }) {
        renameSync(join(provider, 'usr/share'), join(provider, 'usr/share2'));
        symlinkSync('share2', join(provider, 'usr/share'));
      },
      why: /usr\/share changed$/,
    },
    {
      what: 'the provider is a link that leads elsewhere now',
      change(stack) {
        renameSync(stack.provider, `${stack.provider}2`);
        symlinkSync(`${stack.provider}2`, stack.provider);
      },
      why: /provider changed$/,
    },
    {
      what: 'a variable that was read is set',
      change(stack) {
        stack.options = { ...stack.options, env: { ...stack.options.env, LIBGL_DRIVERS_PATH: '/usr/lib' } };
      },
      why: /^the variable LIBGL_DRIVERS_PATH changed$/,
    },
    {
      what: 'another edition is asked for',
      change(stack) {
        stack.options = { ...stack.options, edition: '2022' };
      },
      why: /^edition changed$/,
    },
    {
      what: 'our version is another one',
      change(stack) {
        changeList(stack, { inputs: { ...readList(stack).inputs, 'our version': '0.0.1' } });
      },
      why: /^our version changed$/,
    },
    {
      what: 'a link is taken out of the overrides',
      change: ({ overrides }) => {
        rmSync(join(overrides, 'lib/x86_64-linux-gnu/libdrm.so.2'));
      },
      why: /^in the overrides, what is in .*lib\/x86_64-linux-gnu changed$/,
    },
    {
      what: 'a manifest in the overrides is written to',
      change: ({ overrides }) => {
        appendFileSync(join(overrides, 'share/vulkan/icd.d/a_icd.json'), ' ');
      },
      why: /^in the overrides, .*a_icd\.json changed$/,
    },
    {
      what: 'the list is cut short',
      change: (stack) => {
        truncateSync(listFile(stack), 1000);
      },
      why: /^the list .* cannot be used: it is not as it was written$/,
    },
    {
      what: 'the list is gone',
      change: (stack) => {
        rmSync(listFile(stack));
      },
      why: /^the list .* cannot be used: there is no such file/,
    },
    {
      what: 'the overrides are gone',
      change: ({ overrides }) => {
        rmSync(dirname(listFile({ overrides })), { recursive: true });
      },
      why: /^the list .* cannot be used: there is no such file/,
    },
  ])('are made anew when $what', async ({ change, why }) => {
    await start(stack);
    nextTick(stack.folder);
    change(stack);
    const { left, why: said } = await startAndLook(stack);
    expect(said).toMatch(why);
    expect(left).toEqual(await captureAndLook(stack));
    expect(await start(stack)).toMatchObject({ reused: true });
  });

  it.each<{ readonly what: string; readonly change: (stack: KeptStack) => void }>([
    {
      what: 'a variable that was not read changes',
      change(stack) {
        stack.options = { ...stack.options, env: { ...stack.options.env, EDITOR: 'ed' } };
      },
    },
    {
      what: 'a file is written that nobody looked at',
      change: ({ provider }) => {
        writeFileSync(join(provider, 'usr/share/other'), '');
      },
    },
  ])('are used again though $what', async ({ change }) => {
    await start(stack);
    nextTick(stack.folder);
    change(stack);
    expect(await start(stack)).toMatchObject({ reused: true });
  });

  it('are gone when the capture that should replace them fails', async () => {
    await start(stack);
    rmSync(join(stack.provider, 'etc/ld.so.cache'));
    expect(await startAndLook(stack)).toMatchObject({ left: 'refused' });
    expect(lstatSync(stack.overrides, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('what changed just before it was read', () => {
  it('is not believed, so that the next start captures again, and the one after that does not', async () => {
    const young = await aKeptStack(temporaryFolder(), { isSettled: false });
    writeFileSync(join(young.provider, LIBDIR, 'dri/new_dri.so'), '');
    await start(young);
    expect(readList(young).doubt).toMatch(/changed when it was about to be read$/);
    const whys: (string | null)[] = [];
    do whys.push((await start(young)).why);
    while (whys.at(-1) !== null);
    expect(whys[0]).toMatch(/changed when it was about to be read$/);
  });

  it.each<{ readonly changed: string; readonly ago: string; readonly isYoung: boolean }>([
    { changed: '1700000000.123456789', ago: '0.049', isYoung: true },
    { changed: '1700000000.123456789', ago: '0.051', isYoung: false },
    // File systems such as ext3 and FAT keep no more.
    { changed: '1700000000.000000000', ago: '1.999', isYoung: true },
    { changed: '1700000000.000000000', ago: '2.001', isYoung: false },
    { changed: '1700000000.123456789', ago: '-3600.000', isYoung: true },
  ])('$ago s after $changed is too soon: $isYoung', ({ changed, ago, isYoung }) => {
    const changedNs = BigInt(changed.replace('.', ''));
    expect(isTooYoung(changedNs, changedNs + BigInt(Math.round(Number(ago) * 1000)) * 1_000_000n)).toBe(
      isYoung,
    );
  });

  it('is not believed either when its time has not come yet: the clock went back', async () => {
    stack.options = { ...stack.options, now: () => Date.now() - 3_600_000 };
    await start(stack);
    expect((await start(stack)).why).toMatch(/changed when it was about to be read$/);
  });
});

describe('what could not be read', () => {
  it('may be read another time, so that each start captures', async () => {
    // A regular file, and yet: its driver has no speed to tell.
    symlinkSync('/sys/class/net/lo/speed', join(stack.provider, LIBDIR, 'dri/odd_dri.so'));
    await start(stack);
    expect((await start(stack)).why).toMatch(/\/speed could not be read$/);
  });
});

describe('the folder that the user named', () => {
  it.each<{ readonly what: string; readonly make: (place: string) => void }>([
    {
      what: 'a folder with something in it',
      make: (place) => void mkdirSync(join(place, 'mine'), { recursive: true }),
    },
    {
      what: 'a file',
      make: (place) => {
        writeFileSync(place, '');
      },
    },
    {
      what: 'a link that we did not make',
      make: (place) => {
        symlinkSync('elsewhere', place);
      },
    },
    {
      what: 'a link that looks like ours',
      make: (place) => {
        symlinkSync('other.reuse/0123456789abcdef/overrides', place);
      },
    },
  ])('is refused, and stays as it is, where it is $what', async ({ make }) => {
    make(stack.overrides);
    const before = lstatSync(stack.overrides).ino;
    await expect(start(stack)).rejects.toThrow(UsageError);
    expect(lstatSync(stack.overrides).ino).toBe(before);
  });

  it.skipIf(process.geteuid?.() !== 0)('is refused where another user keeps overrides for it', async () => {
    await start(stack);
    chownSync(`${stack.overrides}.reuse`, 12345, 12345);
    await expect(start(stack)).rejects.toThrow(
      /overrides\.reuse: expected a folder of our own user, found one of user 12345/,
    );
    rmSync(stack.overrides);
    await expect(start(stack)).rejects.toThrow(UsageError);
    expect(lstatSync(stack.overrides, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('is refused where a link stands in for the folder beside it', async () => {
    symlinkSync(stack.provider, `${stack.overrides}.reuse`);
    await expect(start(stack)).rejects.toThrow(/found something else/);
  });

  it('may be there and be empty', async () => {
    mkdirSync(stack.overrides);
    await start(stack);
    expect(await start(stack)).toMatchObject({ reused: true });
  });

  it('leads somewhere at any time while starts replace what it leads to', async () => {
    await start(stack);
    const whole = JSON.stringify(filesIn(stack.overrides));
    const looking = { done: false };
    const seen = new Set<string>();
    const look = async (): Promise<void> => {
      while (!looking.done) {
        seen.add(JSON.stringify(filesIn(stack.overrides)));
        await new Promise(setImmediate);
      }
    };
    const looked = look();
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 3 }, () => start(stack, { fresh: true })));
    }
    looking.done = true;
    await looked;
    expect([...seen]).toEqual([whole]);
    expect(await start(stack)).toMatchObject({ reused: true });
  });

  it('keeps what it led to before, which a container may be running with, but nothing older', async () => {
    const { folder } = await start(stack);
    const old = join(`${stack.overrides}.reuse`, '0123456789abcdef');
    mkdirSync(old);
    utimesSync(old, 0, 0);
    const files = filesIn(folder);
    await start(stack, { fresh: true });
    expect(filesIn(folder)).toEqual(files);
    expect(readdirSync(`${stack.overrides}.reuse`)).not.toContain(basename(old));
    // No time is too short for a capture that another start is making.
    expect(readdirSync(`${stack.overrides}.reuse`)).toHaveLength(2);
  });

  it('is as it was, or whole, when a start is killed in the middle', async () => {
    const program = join(stack.folder, 'program.mjs');
    await build({
      ...{ bundle: true, platform: 'node', format: 'esm', outfile: program, logLevel: 'silent' },
      stdin: {
        resolveDir: import.meta.dirname,
        contents: `
          import { captureGraphics } from '../../../src/launch/capture-graphics.ts';
          const { provider, container, overrides } = ${JSON.stringify(stack)};
          for (;;) await captureGraphics({ provider, container, overrides, strategy: 'reuse', fresh: true, architectures: ['x86_64-linux-gnu'], env: { HOME: '/home/user' } }).then(() => console.log('started'));`,
      },
    });
    const left = await captureAndLook(stack);
    for (let kill = 0; kill < 4; kill++) {
      const child = execa(process.execPath, [program], { reject: false, timeout: PATIENCE.timeout });
      // It says a word for each start, and is in the middle of some later one then.
      for (let words = 0; words <= kill; words++) await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await child;
      expect(readlinkSync(stack.overrides)).toMatch(/^overrides\.reuse\/[0-9a-f]{16}\/overrides$/);
      expect(left).toMatchObject({ files: filesIn(stack.overrides) });
    }
    expect((await startAndLook(stack)).left).toEqual(left);
  });
});
