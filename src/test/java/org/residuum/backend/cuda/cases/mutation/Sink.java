package org.residuum.backend.cuda.cases.mutation;

/** Takes the changes of one instruction. */
interface Sink {
  /** One change: the instructions that stand in its place, none for a dropped one. */
  void add(MutationKind kind, String... instead);
}
