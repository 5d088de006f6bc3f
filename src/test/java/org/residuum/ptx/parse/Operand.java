package org.residuum.ptx.parse;

import java.util.List;

/** An operand as written: what it means depends on the instruction. */
public interface Operand {
  /** A register, variable, label or function. */
  record Name(String name) implements Operand {}

  /** An integer literal, or the bits of a {@code 0f} or {@code 0d} literal. */
  record Bits(long value) implements Operand {}

  /** A floating-point literal in decimal notation. */
  record Decimal(double value) implements Operand {}

  /** {@code [base + offset]}; the base is a name or absolute bits. */
  record Address(Operand base, long offset) implements Operand {}

  /** {@code name + offset} outside brackets. */
  record Sum(Operand base, long offset) implements Operand {}

  /** {@code {a, b, ...}}. */
  record Vector(List<Operand> elements) implements Operand {}

  /** {@code (a, b, ...)}, the arguments of a call. */
  record Group(List<Operand> elements) implements Operand {}

  /** {@code a|b}: two destinations. */
  record Pair(Operand first, Operand second) implements Operand {}

  /** {@code !p}. */
  record Not(Operand predicate) implements Operand {}
}
