// The domain room: the nouns of Reckoning Machine and the pure rules on them. It imports nothing, not even `node:`,
// so every other room may lean on it. Its invariant: a branded value was checked by the one parser that can make it.

declare const brand: unique symbol;

/** A `T` that passed the check called `Name`. Only the parser that owns the name may assert it. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
