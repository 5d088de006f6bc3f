package org.residuum.backend.cuda.cases.mutation;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.backend.cuda.cases.KernelCase;
import org.residuum.backend.cuda.cases.KernelCases;
import org.residuum.backend.cuda.cases.KernelRig;
import org.residuum.backend.cuda.cases.Kernels;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.PtxModule;
import org.residuum.network.ElementType;
import org.residuum.ptx.parse.PtxEntry;

/**
 * One instruction of a committed kernel changed.
 *
 * @param kernel the kernel whose PTX is changed
 * @param meaning what the change amounts to
 * @param pattern what to look for in the text of the entry
 * @param occurrence which of the places found, from 0
 * @param replacement as {@link Matcher#replaceFirst} takes it
 */
public record KernelMutation(
    Kernel kernel,
    ElementType storage,
    String meaning,
    Pattern pattern,
    int occurrence,
    String replacement) {
  static final Pattern BARRIER = Pattern.compile("bar\\.sync\\s+0;");

  public KernelMutation(
      Kernel kernel,
      ElementType storage,
      String meaning,
      String pattern,
      int occurrence,
      String replacement) {
    this(kernel, storage, meaning, Pattern.compile(pattern), occurrence, replacement);
  }

  static KernelMutation withoutBarrier(Kernel kernel, ElementType storage, int barrier) {
    return new KernelMutation(kernel, storage, "without barrier " + barrier, BARRIER, barrier, "");
  }

  public String entry() {
    return kernel.entry(storage);
  }

  /** The text of an entry, from its name to its closing brace. */
  static MatchResult text(Kernel kernel, ElementType storage) {
    Pattern entry =
        Pattern.compile(
            "\\.visible \\.entry " + kernel.entry(storage) + "\\(.*?\\n\\}", Pattern.DOTALL);
    return entry.matcher(PtxModule.of(storage).source()).results().findFirst().orElseThrow();
  }

  /** The changed kernel, alone in a module. */
  public PtxEntry apply() {
    String source = PtxModule.of(storage).source();
    MatchResult entry = text(kernel, storage);
    MatchResult place =
        pattern
            .matcher(entry.group())
            .results()
            .skip(occurrence)
            .findFirst()
            .orElseThrow(
                () ->
                    new AssertionError(
                        this + ": the kernel has no such instruction, choose another place"));
    String changed =
        entry.group().substring(0, place.start())
            + pattern.matcher(place.group()).replaceFirst(replacement)
            + entry.group().substring(place.end());
    String header = source.substring(0, source.indexOf(".visible .entry"));
    return org.residuum.ptx.parse.PtxModule.parse(header + changed).entry(entry());
  }

  /** The first case that fails with the changed kernel, and how; empty if all pass. */
  Optional<String> caught(long seed) {
    PtxEntry changed = apply();
    for (KernelCase kernelCase : KernelCases.all()) {
      KernelRig rig =
          new KernelRig(
              (k, s) -> k == kernel && s == storage ? changed : Kernels.committed(k, s),
              kernelCase.storage(),
              seed);
      if (kernelCase.storage() == storage && concerns(kernelCase)) {
        try {
          kernelCase.body().run(rig);
        } catch (AssertionError | RuntimeException e) {
          return Optional.of(kernelCase + ": " + e.getMessage().lines().findFirst().orElse(""));
        }
      }
    }
    return Optional.empty();
  }

  /** The kernel's own cases; an inverse is tested by those of what it reverses. */
  private boolean concerns(KernelCase kernelCase) {
    return switch (kernel.name()) {
      case "hwio_to_oihw" -> kernelCase.kernel().name().equals("oihw_to_hwio");
      case "cast_to_f32" -> kernelCase.kernel().name().equals("cast_from_f32");
      default -> kernelCase.kernel().equals(kernel);
    };
  }

  @Override
  public String toString() {
    return entry() + " " + meaning;
  }
}
