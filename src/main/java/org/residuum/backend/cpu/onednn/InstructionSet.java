package org.residuum.backend.cpu.onednn;

import java.lang.reflect.Field;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.backend.Precision;

/** The instructions that oneDNN uses on this processor, and what they can compute. */
public final class InstructionSet {
  private static final String PREFIX = "dnnl_cpu_isa_";
  private static final String LIMIT = "ONEDNN_MAX_CPU_ISA";

  private InstructionSet() {}

  /** The widest instructions, in oneDNN's own words. */
  public static String name() {
    return name(dnnl.dnnl_get_effective_cpu_isa());
  }

  static String name(int isa) {
    for (Field field : dnnl.class.getFields()) {
      if (field.getName().startsWith(PREFIX) && field.getType() == int.class) {
        try {
          if (field.getInt(null) == isa && !field.getName().endsWith("default")) {
            return field.getName().substring(PREFIX.length());
          }
        } catch (IllegalAccessException e) {
          break;
        }
      }
    }
    return "isa " + isa;
  }

  /** Why the CPU cannot compute at a precision; empty where it can. */
  public static Optional<String> obstacle(Precision precision) {
    return obstacle(precision, dnnl.dnnl_get_effective_cpu_isa(), System.getenv(LIMIT));
  }

  /**
   * The same for some instructions, which oneDNN numbers by a bit each.
   *
   * @param limit of the environment, or null
   */
  static Optional<String> obstacle(Precision precision, int isa, String limit) {
    return switch (precision) {
      case FP32 -> Optional.empty();
      case TF32 -> Optional.of("the CPU computes in fp32 or bf16, not in tf32");
      case BF16 -> multipliesBfloat16(isa) ? Optional.empty() : Optional.of(noUnits(isa, limit));
    };
  }

  /** AMX comes with AVX-512 and its bf16 instructions. */
  private static boolean multipliesBfloat16(int isa) {
    return (isa & dnnl.dnnl_cpu_isa_avx512_core_bf16) == dnnl.dnnl_cpu_isa_avx512_core_bf16;
  }

  private static String noUnits(int isa, String limit) {
    return String.format(
        Locale.ROOT,
        "bf16 needs a processor with avx512_bf16 or amx_bf16 (Intel from Cooper Lake and Sapphire"
            + " Rapids on, AMD from Zen 4 on); this one has %s%s; use precision fp32",
        name(isa),
        limit == null ? "" : ", limited by " + LIMIT + "=" + limit);
  }
}
