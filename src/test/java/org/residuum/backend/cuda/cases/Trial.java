package org.residuum.backend.cuda.cases;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.cuda.cases.DeviceArray.Spread;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.network.ElementType;

/**
 * A kernel, the arguments it takes, and what each array must hold afterwards. A launch uses fresh
 * arrays, so that one trial runs on several grids, with each pointer misaligned alone, and in
 * place; whatever is read only must stay as it was.
 */
final class Trial {
  /** What an array must hold. */
  @FunctionalInterface
  interface Expected {
    void check(String what, float[] actual);
  }

  /**
   * One argument: a number, or an array with what it holds before (null: nothing) and after, and
   * the arrays in whose place it may be.
   */
  private record Slot(
      Object number,
      ElementType type,
      Spread spread,
      float[] before,
      Expected after,
      List<String> places) {
    boolean isArray() {
      return type != null;
    }
  }

  private final KernelRig rig;
  private final Kernel kernel;
  private final List<Slot> slots = new ArrayList<>();
  private Spread within;

  /** Elements by which a misaligned array is off 16 bytes. */
  private int shift = 1;

  Trial(KernelRig rig, Kernel kernel) {
    this.rig = rig;
    this.kernel = kernel;
  }

  /** Values, exact; one of the roundings of a product added in one step or in two. */
  static Expected either(float[] fused, float[] separate) {
    return (what, actual) -> Check.either(what, fused, separate, actual);
  }

  static Expected exactly(float[] values) {
    return (what, actual) -> Check.same(what, values, actual);
  }

  Trial numbers(Object... numbers) {
    for (Object number : numbers) {
      slots.add(new Slot(number, null, null, null, null, List.of()));
    }
    return this;
  }

  /** From here on arrays of activations are so long and in use so far apart. */
  Trial within(Spread spread) {
    this.within = spread;
    return this;
  }

  private Spread spread(int n) {
    return within == null ? Spread.dense(n) : within;
  }

  /** An array of activations that stays as it is. */
  Trial reads(float[] values) {
    return array(rig.storage(), spread(values.length), values, exactly(values));
  }

  Trial readsF32(float[] values) {
    return array(ElementType.F32, Spread.dense(values.length), values, exactly(values));
  }

  /** An array of activations that is written only. */
  Trial writes(int n, Expected after) {
    return array(rig.storage(), spread(n), null, after);
  }

  Trial writes(float[] values) {
    return writes(values.length, exactly(values));
  }

  /** An array of activations that may be one of the inputs named. */
  Trial mayHold(int n, Expected after, String... inputs) {
    slots.add(new Slot(null, rig.storage(), spread(n), null, after, List.of(inputs)));
    return this;
  }

  Trial writesF32(int n, Expected after) {
    return array(ElementType.F32, Spread.dense(n), null, after);
  }

  Trial writesF32(float[] values) {
    return writesF32(values.length, exactly(values));
  }

  Trial updatesF32(float[] values, Expected after) {
    return array(ElementType.F32, Spread.dense(values.length), values, after);
  }

  /** An array of any kind. */
  Trial array(ElementType type, Spread spread, float[] before, Expected after) {
    slots.add(new Slot(null, type, spread, before, after, List.of()));
    return this;
  }

  /** On the grid that the host uses for so much work. */
  Trial onGridFor(long count, long width) {
    return on(kernel.grid().shape(count, width));
  }

  Trial on(LaunchShape shape) {
    launch(shape, -1, -1, -1);
    return this;
  }

  /**
   * One element off 16 bytes, and half of them, each array in its turn.
   *
   * @param vectors whether each array but partial sums that is off must cost instructions, since
   *     aligned ones are read in vectors
   */
  Trial misalignedAlone(LaunchShape shape, boolean vectors) {
    long aligned = launch(shape, -1, -1, -1);
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i).isArray()) {
        long instructions = launch(shape, i, -1, -1);
        boolean must = vectors && !name(i).equals("partials") && rig.instructions() > 0;
        assertTrue(
            !must || instructions > aligned,
            () -> kernel + " takes elements one by one, though all arrays are aligned");
        shift = 8 / slots.get(i).type().bytes();
        launch(shape, i, -1, -1);
        shift = 1;
      }
    }
    return this;
  }

  /** With that array one element off 16 bytes. */
  Trial misaligned(LaunchShape shape, String argument) {
    launch(shape, index(argument), -1, -1);
    return this;
  }

  /** Each output that may be one of the inputs is that, one after the other. */
  Trial inPlace(LaunchShape shape) {
    for (int output = 0; output < slots.size(); output++) {
      for (String place : slots.get(output).places()) {
        launch(shape, -1, output, index(place));
      }
    }
    return this;
  }

  private int index(String argument) {
    int i = 0;
    while (!kernel.parameters().get(i).name().equals(argument)) {
      i++;
    }
    return i;
  }

  /** One block alone, with all arrays aligned, or the last one misaligned. */
  Trial onBlock(LaunchShape shape, long block, boolean aligned) {
    Object[] arguments = arguments(aligned ? -1 : lastArray());
    rig.launchBlocks(kernel, new RigDevice.Blocks(shape, block, block + 1), arguments);
    check(" of block " + block + " of " + shape, arguments, -1);
    return this;
  }

  private int lastArray() {
    int last = slots.size() - 1;
    while (!slots.get(last).isArray()) {
      last--;
    }
    return last;
  }

  /** With the last array misaligned. */
  Trial misaligned(LaunchShape shape) {
    launch(shape, lastArray(), -1, -1);
    return this;
  }

  /** The instructions that the launch took. */
  private long launch(LaunchShape shape, int misaligned, int output, int input) {
    Object[] arguments = arguments(misaligned);
    if (output >= 0) {
      arguments[output] = arguments[input];
    }
    long before = rig.instructions();
    rig.launch(kernel, shape, arguments);
    long instructions = rig.instructions() - before;
    String detail = " on " + shape;
    if (misaligned >= 0) {
      detail += ", " + name(misaligned) + " misaligned by " + shift;
    }
    if (output >= 0) {
      detail += ", in place of " + name(input);
    }
    check(detail, arguments, output >= 0 ? input : -1);
    return instructions;
  }

  private Object[] arguments(int misaligned) {
    Object[] arguments = new Object[slots.size()];
    for (int i = 0; i < arguments.length; i++) {
      Slot slot = slots.get(i);
      arguments[i] = slot.number();
      if (slot.isArray()) {
        DeviceArray array = rig.array(slot.type(), slot.spread(), i == misaligned ? shift : 0);
        arguments[i] = slot.before() == null ? array : array.write(slot.before());
      }
    }
    return arguments;
  }

  private void check(String detail, Object[] arguments, int overwritten) {
    for (int i = 0; i < arguments.length; i++) {
      if (slots.get(i).isArray() && i != overwritten) {
        slots.get(i).after().check(name(i) + detail, ((DeviceArray) arguments[i]).read());
      }
    }
  }

  private String name(int i) {
    return kernel.parameters().get(i).name();
  }
}
