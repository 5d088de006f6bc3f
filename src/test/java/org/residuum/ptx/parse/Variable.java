package org.residuum.ptx.parse;

import java.util.List;

/**
 * A variable or parameter declared in a state space.
 *
 * @param space reg, const, global, local, param or shared
 * @param bytes its size; 0 for an array of unknown size ({@code extern .shared x[]})
 * @param initial its initial elements, each a literal or the name of another variable; empty for
 *     zeros
 */
public record Variable(
    String space,
    String name,
    PtxType type,
    long bytes,
    int alignment,
    boolean external,
    List<Operand> initial) {

  Variable renamed(String newName) {
    return new Variable(space, newName, type, bytes, alignment, external, initial);
  }
}
