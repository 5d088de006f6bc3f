package org.residuum.backend.cuda.cases.mutation;

import java.util.Locale;

/** What a mutation does to an instruction; each stands for a slip of a kernel's author. */
enum MutationKind {
  COMPARISON("lt becomes ge or gt, eq becomes ne"),
  EQUALITY("lt becomes le, ge becomes gt and back"),
  UNORDERED("a comparison of floats answers differently for NaN"),
  BOUND("the right side of an integer comparison is 1 more or 1 less"),
  CONSTANT("an integer constant of an addition, mask or move changes by 1"),
  MULTIPLIER("a constant factor or shift changes by 1, or a factor is dropped"),
  MIN_MAX("min becomes max and back, or one side wins always, or NaN is treated otherwise"),
  ROUNDING("nearest becomes toward zero, up or down, floor becomes ceiling"),
  OPERANDS("the operands of a subtraction, division or remainder change places"),
  OPERATOR("addition becomes subtraction and back"),
  ENDLESS("a loop's step or exit is dropped"),
  SINGLE("a loop runs once"),
  PREDICATE("a predicate is dropped, negated, or never true"),
  LOGIC("and becomes or and back, or one side is dropped"),
  BARRIER("a barrier or fence is dropped"),
  NARROW("64-bit arithmetic keeps 32 bits"),
  SIGN("signed becomes unsigned and back"),
  SHUFFLE("a shuffle's distance, mask or mode changes"),
  OFFSET("a load or store is one element off"),
  SELECT("the two sides of a selection change places, or one is taken always"),
  FMA("a product or the addend of a fused multiply-add is dropped"),
  STORE("a store is dropped"),
  FLOAT_CONSTANT("a float constant changes"),
  NEGATION("a negation or absolute value is dropped"),
  ARGUMENT("another parameter of the same type is read"),
  INDEX("tid.x becomes tid.y or ctaid.x, ntid becomes nctaid"),
  LANES("two elements of a vector change places");

  private final String meaning;

  MutationKind(String meaning) {
    this.meaning = meaning;
  }

  String meaning() {
    return meaning;
  }

  /** The name as the command line takes it. */
  static MutationKind named(String name) {
    for (MutationKind kind : values()) {
      if (kind.toString().equals(name)) {
        return kind;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
