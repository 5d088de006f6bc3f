package org.residuum.ptx.parse;

import org.residuum.ptx.Warp;

/** A predicate operand: a register, perhaps negated. */
public record PredicateSource(int register, boolean negated) {
  public int bits(Warp w) {
    return negated ? ~w.p[register] : w.p[register];
  }
}
