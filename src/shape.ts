/**
 * What a schema's type is to its readers: `z.infer`, readonly through and through, and without the index signature by
 * which a loose object lets pass what it does not know.
 */
export type Shape<Value> = Value extends readonly (infer Item)[]
  ? readonly Shape<Item>[]
  : Value extends object
    ? string extends keyof Value
      ? unknown extends Value[keyof Value]
        ? { readonly [Key in keyof Value as string extends Key ? never : Key]: Shape<Value[Key]> }
        : Readonly<Record<string, Shape<Value[string]>>>
      : { readonly [Key in keyof Value]: Shape<Value[Key]> }
    : Value;
