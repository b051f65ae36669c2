import { describe, expect, it } from 'vitest';
import { CaptureError } from '../../../../src/core/capture/capture-error.ts';
import { applyFilters, parseFilters } from '../../../../src/core/capture/compare/filters.ts';
import { loadKnowledge, parseKnowledge } from '../../../../src/core/capture/compare/knowledge.ts';
import { NOT_FILES } from '../../../builders/hostile-files.ts';
import { temporaryFolder } from '../../../builders/temporary-folder.ts';

describe('a file of comparison rules', () => {
  it.each([
    {
      given: 'a list',
      text: '[Library libz.so.1]\nCompareBy=versions;name',
      compareBy: ['versions', 'name'],
    },
    {
      given: 'a list that ends in ;',
      text: '[Library libz.so.1]\nCompareBy=versions;;name;',
      compareBy: ['versions', 'name'],
    },
    { given: 'an empty list', text: '[Library libz.so.1]\nCompareBy=', compareBy: [] },
    {
      given: 'a later value',
      text: '[Library libz.so.1]\nCompareBy=name\nCompareBy=provider',
      compareBy: ['provider'],
    },
    {
      given: 'a section in two parts',
      text: '[Library libz.so.1]\nCompareBy=name\n[Other]\nCompareBy=age\n[Library libz.so.1]\nUnknown=x',
      compareBy: ['name'],
    },
    {
      given: 'comments',
      text: '# x\n\n[Library libz.so.1]\n#CompareBy=age\nCompareBy=name\n',
      compareBy: ['name'],
    },
    {
      given: 'a key with a blank, which is another key',
      text: '[Library libz.so.1]\nCompareBy =age',
      compareBy: undefined,
    },
  ])('gives the methods of a library: $given', ({ text, compareBy }) => {
    expect(parseKnowledge(text, 'rules').get('libz.so.1')?.compareBy).toEqual(compareBy);
  });

  it.each([
    { text: '[Library libz.so.1', message: 'rules:1: "[Library libz.so.1" should end with "]"' },
    { text: '\nCompareBy=name', message: 'rules:2: "CompareBy=name" stands before the first [Library NAME]' },
    {
      text: '[Library x]\nCompareBy',
      message: 'rules:2: "CompareBy" should be a heading, or of the form KEY=VALUE',
    },
    { text: '[Other]\nnonsense', message: 'rules:2:' },
    { text: '[Library x]\nCompareBy=name; age', message: 'rules:2: " age" is no way to compare' },
  ])('is refused with file and line: $message', ({ text, message }) => {
    expect(() => parseKnowledge(text, 'rules')).toThrow(message);
    expect(() => parseKnowledge(text, 'rules')).toThrow(CaptureError);
  });

  it.each(NOT_FILES)('is refused at once when it is $what', async ({ put }) => {
    const path = `${temporaryFolder()}/rules`;
    await put(path);
    expect(() => loadKnowledge(path)).toThrow(CaptureError);
    expect(() => loadKnowledge(path)).toThrow(path);
  });
  it('says nothing when it is /dev/null', () => {
    expect(loadKnowledge('/dev/null')).toEqual(new Map());
  });
});

describe('filters', () => {
  const kept = (filters: string[], ...strings: string[]): { kept: string[]; warnings: string[] } => {
    const warnings: string[] = [];
    const set = applyFilters(new Set(strings), parseFilters(filters), (text) => warnings.push(text));
    return { kept: [...set], warnings };
  };

  it('decide by the first that matches', () => {
    expect(kept(['!X_PRIVATE', 'X_*'], 'X_1', 'X_PRIVATE')).toEqual({ kept: ['X_1'], warnings: [] });
  });

  it('see the version of a symbol only when they ask for it', () => {
    expect(kept(['!*@PRIVATE', 'f*'], 'foo@PRIVATE', 'foo@V1', 'foo').kept).toEqual(['foo@V1', 'foo']);
  });

  it('leave out what none of them matches, and say so', () => {
    expect(kept(['a'], 'b')).toEqual({
      kept: [],
      warnings: ['"b" matches no filter, so it is taken to be private'],
    });
  });

  it('say which of their decisions are guesses', () => {
    expect(kept(['a', '!', 'b', '!*'], 'a', 'b', 'c')).toEqual({
      kept: ['a', 'b'],
      warnings: [
        '"b" is taken to be public, but that is a guess',
        '"c" is taken to be private, but that is a guess',
      ],
    });
  });
});
