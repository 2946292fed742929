import type { IntegrationPattern } from '../functions/integration-pattern';

/** Operations of an app: each name with its `METHOD /path`. The interface of a generated construct has no index signature. */
export type Operations<Ops> = { readonly [Name in keyof Ops]: string };

/** The names of operations. */
export type NameOf<Ops> = keyof Ops & string;

/** Operations of which a caller may invoke some. */
export interface InvokeOptions<Ops> {
  /** The operations; all where they are left out. */
  readonly operations?: NameOf<Ops>[];
}

declare const refused: unique symbol;

/** Stands where a map names an operation that the app does not have: nothing can be given for it. */
export interface UnknownOperation<Name> {
  readonly [refused]: Name;
}

/** Stands where the options of an operation name something that is no option: nothing can be given for it. */
export interface UnknownOption<Name> {
  readonly [refused]: Name;
}

/**
 * What a map of integrations must also be: inference alone would let names and options pass that do not exist, as soon
 * as one of them does. `Names` is given, not asked of the operations for each member: that would be quadratic.
 */
export type Checked<Integrations, Names, Options> = {
  readonly [Name in keyof Integrations]: Name extends Names ? CheckedIntegration<Integrations[Name], Options> : UnknownOperation<Name>;
};

type CheckedIntegration<Integration, Options> = Integration extends { readonly options?: infer Stated }
  ? { readonly options?: { readonly [Option in keyof Stated]: Option extends keyof Options ? unknown : UnknownOption<Option> } }
  : unknown;

/** The names that a function made from the app answers, as far as the compiler knows. */
export type DefaultNames<Integrations> = {
  [Name in keyof Integrations]: Integrations[Name] extends { readonly pattern: IntegrationPattern } ? Name : never;
}[keyof Integrations] & string;

/**
 * Integrations for some operations. Where an operation is called `constructor` or `toString`, every object literal has a
 * member of that name, which must not count as a wrong integration.
 */
export type Overridable<Integrations, Integration> = {
  readonly [Name in keyof Integrations]?: Integration | (Name extends keyof Object ? Object[Name] : never);
};

/** A map of integrations with others in the place of some. */
export type Merge<Integrations, Later> = {
  readonly [Name in keyof Integrations]: Name extends keyof Later ? Given<Later[Name], Integrations[Name]> : Integrations[Name];
};

/** What may be left out in the later map stays what it was. */
type Given<Later, Earlier> = undefined extends Later ? Exclude<Later, undefined> | Earlier : Later;

/**
 * What a bound operation has of its own: the members that its integration was given with, and the handler and perhaps
 * the alias where a builder described a function. Not a conditional type: a `MyApi` with any integrations is to be a `MyApi`.
 */
export type Extras<Integration, Handler, Alias> =
  & { readonly [Member in keyof Integration as Exclude<Member, 'options' | 'operation'>]: Integration[Member] }
  & { readonly [Member in keyof Integration as Member extends 'pattern' ? 'handler' : never]: Handler }
  & { readonly [Member in keyof Integration as Member extends 'pattern' ? 'alias' : never]?: Alias };
