package org.residuum.backend.cuda.kernel;

import java.util.Arrays;
import java.util.List;

/** One argument of a kernel: its name in the source and its type. */
public record Argument(String name, ArgumentType type) {
  /** Reads a signature such as {@code "x* y* n:i64 value:f32"}. */
  public static List<Argument> parse(String signature) {
    return Arrays.stream(signature.split(" ")).map(Argument::parseOne).toList();
  }

  private static Argument parseOne(String word) {
    for (ArgumentType type : ArgumentType.values()) {
      if (word.endsWith(type.mark())) {
        return new Argument(word.substring(0, word.length() - type.mark().length()), type);
      }
    }
    throw new IllegalArgumentException(
        "argument '" + word + "' has no type: end it in *, :i32, :i64 or :f32");
  }
}
