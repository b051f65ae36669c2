declare const brand: unique symbol;

/**
 * A primitive that has been through one particular parse function.
 *
 * Two kinds of path meet in this program (inside a tree, on this machine); branding them makes mixing
 * them up a compile error. A brand is given in one parse function and nowhere else.
 */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
