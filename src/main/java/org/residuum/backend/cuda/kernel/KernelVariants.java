package org.residuum.backend.cuda.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.residuum.network.op.Activation;

/**
 * The kernels of one base that differ in what they fuse, named {@code
 * base[_residual][_activation]_tail}. In {@code cuda/} they are one template.
 */
public final class KernelVariants {
  /** What kernels apply as they write; see {@code FUSED_ACTIVATIONS} in activations.cuh. */
  private static final Set<Activation.Kind> FUSED =
      EnumSet.of(Activation.Kind.NONE, Activation.Kind.RELU);

  private static final String WITH_RESIDUAL = "?residual";
  private static final String WITH_ACTIVATION = "?activation";

  private record Variant(boolean residual, Activation.Kind activation) {}

  private final String base;
  private final String tail;
  private final GridRule grid;
  private final String signature;
  private final Map<Variant, Kernel> kernels = new LinkedHashMap<>();

  /**
   * No variant yet.
   *
   * @param signature as {@link Kernel#of}; a parameter that ends in {@code ?residual} or {@code
   *     ?activation} is for variants with one only
   */
  public KernelVariants(String base, String tail, GridRule grid, String signature) {
    this.base = base;
    this.tail = tail;
    this.grid = grid;
    this.signature = signature;
  }

  /** With every activation that is fused, with and without a residual as given. */
  public KernelVariants with(boolean... residuals) {
    for (boolean residual : residuals) {
      FUSED.forEach(activation -> with(residual, activation));
    }
    return this;
  }

  /** With one variant more. */
  public KernelVariants with(boolean residual, Activation.Kind activation) {
    boolean none = activation == Activation.Kind.NONE;
    String name =
        base
            + (residual ? "_residual" : "")
            + (none ? "" : "_" + activation.name().toLowerCase(Locale.ROOT))
            + tail;
    String own =
        Arrays.stream(signature.split(" "))
            .filter(word -> residual || !word.endsWith(WITH_RESIDUAL))
            .filter(word -> !none || !word.endsWith(WITH_ACTIVATION))
            .map(word -> word.replaceFirst("\\?.*", ""))
            .collect(Collectors.joining(" "));
    kernels.put(new Variant(residual, activation), Kernel.of(name, grid, own));
    return this;
  }

  /** Whether these kernels can apply an activation; another one takes a launch of its own. */
  public static boolean fuses(Activation activation) {
    return FUSED.contains(activation.kind());
  }

  /** The variant that applies the activation if it is one that is fused, else none. */
  public Kernel of(boolean residual, Activation activation) {
    Activation.Kind kind = fuses(activation) ? activation.kind() : Activation.Kind.NONE;
    return kernels.get(new Variant(residual, kind));
  }

  public Collection<Kernel> all() {
    return kernels.values();
  }

  /** The kernels of families and single ones in one list. */
  public static List<Kernel> together(List<KernelVariants> families, Kernel... single) {
    List<Kernel> all = new ArrayList<>();
    families.forEach(family -> all.addAll(family.all()));
    all.addAll(Arrays.asList(single));
    return all;
  }
}
