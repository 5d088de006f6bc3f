package org.residuum.ptx;

/** A predicate operand: a register, perhaps negated. */
record PredicateSource(int register, boolean negated) {
  int bits(Warp w) {
    return negated ? ~w.p[register] : w.p[register];
  }
}
