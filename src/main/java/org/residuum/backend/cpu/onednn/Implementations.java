package org.residuum.backend.cpu.onednn;

import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Which of its implementations oneDNN takes. Its own choice is the first that can do the work,
 * which is not always the fastest.
 */
public final class Implementations {
  private Implementations() {}

  /** oneDNN's name for the code behind a description, for example {@code jit:avx512_core}. */
  public static String name(dnnl_primitive_desc description) {
    try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
      dnnl.dnnl_primitive_desc_query(description, dnnl.dnnl_query_impl_info_str, 0, text);
      return text.get(BytePointer.class).getString();
    }
  }

  /**
   * A description with the direct kernels ({@code jit:}, {@code jit_1x1:}) of the instruction set
   * that oneDNN chooses, in place of its products of small blocks ({@code brg...}); oneDNN's choice
   * where there are none.
   *
   * @param create makes a new description at each call; the hint of a backward one must stay alive
   */
  public static dnnl_primitive_desc direct(Supplier<dnnl_primitive_desc> create) {
    dnnl_primitive_desc description = create.get();
    String first = name(description);
    String instructionSet = first.substring(first.indexOf(':'));
    do {
      String name = name(description);
      if (name.startsWith("jit") && name.endsWith(instructionSet)) {
        return description;
      }
    } while (dnnl.dnnl_primitive_desc_next_impl(description) == dnnl.dnnl_success);
    return create.get();
  }
}
