package org.residuum.ptx.instruction;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.residuum.ptx.parse.PredicateSource;

/**
 * Makes lane loops. Each function gets its own copy of the loop's class, so that the JIT compiler
 * sees one function a loop and inlines it; with a shared class the call in the loop stays virtual,
 * which cost a factor of four.
 */
final class Loops {
  private static final Map<Class<?>, Constructor<?>> COPIES = new ConcurrentHashMap<>();

  private Loops() {}

  static Op unary(int[] slots, Lane.F1 f, int shift, long keep) {
    return make(UnaryLoop.class, f, slots, f, shift, keep);
  }

  static Op binary(int[] slots, Lane.F2 f, int shift, long keep) {
    return make(BinaryLoop.class, f, slots, f, shift, keep);
  }

  static Op ternary(int[] slots, Lane.F3 f, int shift, long keep) {
    return make(TernaryLoop.class, f, slots, f, shift, keep);
  }

  static Op compare(
      int p, int q, int[] slots, Lane.Test f, int shift, PredicateSource other, String combine) {
    return make(CompareLoop.class, f, p, q, slots, f, shift, other, combine);
  }

  private static Op make(Class<?> loop, Object function, Object... arguments) {
    try {
      return (Op)
          COPIES.computeIfAbsent(function.getClass(), c -> copy(loop)).newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Constructor<?> copy(Class<?> loop) {
    try (InputStream in = loop.getResourceAsStream(loop.getSimpleName() + ".class")) {
      Class<?> copy =
          MethodHandles.lookup().defineHiddenClass(in.readAllBytes(), true).lookupClass();
      return copy.getDeclaredConstructors()[0];
    } catch (IOException | IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
