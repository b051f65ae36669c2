/** Methods of newer editions of the language that the program uses and the engine, of 2021, does not have. */

Object.assign(Object, {
  hasOwn: (object: object, key: PropertyKey): boolean => Object.prototype.hasOwnProperty.call(object, key),
});

Object.defineProperty(Array.prototype, 'at', {
  value(this: readonly unknown[], index: number): unknown {
    return this[index < 0 ? this.length + index : index];
  },
});

export {};
