package org.residuum.backend.cuda.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import org.residuum.backend.cuda.kernel.Argument;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.cuda.kernel.LaunchShape;
import org.residuum.backend.cuda.rig.Bf16;
import org.residuum.network.ElementType;
import org.residuum.ptx.parse.PtxEntry;

/** Device memory, random data and launches through the table of kernels. */
public final class KernelRig {
  private final RigDevice device;
  private final ElementType storage;
  private final Random random;
  private final Set<String> launched = new LinkedHashSet<>();
  private long instructions;
  private int offset;

  /** On the interpreter. */
  public KernelRig(
      BiFunction<Kernel, ElementType, PtxEntry> entries, ElementType storage, long seed) {
    this(new InterpretedRig(entries), storage, seed);
  }

  public KernelRig(RigDevice device, ElementType storage, long seed) {
    this.device = device;
    this.storage = storage;
    this.random = new Random(seed);
  }

  /** From here on arrays begin so many elements behind a 16-byte boundary. */
  void misalignBy(int elements) {
    this.offset = elements;
  }

  ElementType storage() {
    return storage;
  }

  Set<String> launched() {
    return launched;
  }

  long instructions() {
    return instructions;
  }

  /** Values in -2..2 that the storage type holds exactly. */
  float[] activations(int n) {
    float[] values = vector(n);
    for (int i = 0; i < n; i++) {
      values[i] = stored(values[i]);
    }
    return values;
  }

  /** Values of -1, -0.5, 0, 0.5 or 1, so that equal ones and zeros are frequent. */
  float[] fewLevels(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (random.nextInt(5) - 2) / 2f;
    }
    return values;
  }

  /** Multiples of 1/8 in -2..2: sums of some thousand products of them are exact. */
  float[] coarse(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (random.nextInt(33) - 16) / 8f;
    }
    return values;
  }

  /** fp32 values in -2..2. */
  float[] vector(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.nextFloat() * 4 - 2;
    }
    return values;
  }

  /** fp32 values in 0.5..2. */
  float[] positive(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = 0.5f + random.nextFloat() * 1.5f;
    }
    return values;
  }

  int nextInt(int bound) {
    return random.nextInt(bound);
  }

  /** The value that is left of x once it is stored as an activation. */
  float stored(float x) {
    return storage == ElementType.F32 ? x : Bf16.round(x);
  }

  DeviceArray in(float[] values) {
    return out(values.length).write(values);
  }

  DeviceArray inF32(float[] values) {
    return outF32(values.length).write(values);
  }

  DeviceArray out(int n) {
    return new DeviceArray(device, n + " " + storage, storage, n, offset);
  }

  DeviceArray outF32(int n) {
    return new DeviceArray(device, n + " f32", ElementType.F32, n, offset);
  }

  /** An array at an alignment of its own. */
  DeviceArray array(ElementType type, DeviceArray.Spread spread, int shift) {
    return new DeviceArray(device, spread.total() + " " + type, type, spread, shift);
  }

  long bytes(byte[] values) {
    long address = device.allocate(values.length, values.length + " bytes");
    device.copyIn(address, values);
    return address;
  }

  long ints(int[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asIntBuffer().put(values);
    return bytes(buffer.array());
  }

  /**
   * Device memory of which nothing is written yet; its pages take host memory when touched on the
   * interpreter.
   */
  long reserve(long bytes) {
    return device.allocate(bytes, bytes + " bytes");
  }

  void poke(long address, ByteBuffer bytes) {
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    device.copyIn(address, array);
  }

  /**
   * Launches with the grid that the host code would use; lines, which take large ones only, with
   * four side by side and half the blocks.
   */
  LaunchShape launch(Kernel kernel, long count, long width, Object... arguments) {
    LaunchShape shape =
        kernel.grid() == GridRule.LINES
            ? new LaunchShape((int) (count + 7) / 8, 1, 16, 4)
            : kernel.grid().shape(count, width, storage);
    launch(kernel, shape, arguments);
    return shape;
  }

  void launch(Kernel kernel, LaunchShape shape, Object... arguments) {
    ElementType variant = kernel.storages().contains(storage) ? storage : ElementType.F32;
    Object[] passed = passed(kernel, arguments);
    launched.add(kernel.entry(variant));
    instructions += device.launch(kernel, variant, shape, passed);
  }

  /** Skips a case that runs some blocks of a grid where the device cannot. */
  void needsSomeBlocks() {
    assumeTrue(device.runsSomeBlocks(), "the device runs whole grids only");
  }

  void launchBlocks(Kernel kernel, RigDevice.Blocks blocks, Object... arguments) {
    ElementType variant = kernel.storages().contains(storage) ? storage : ElementType.F32;
    launched.add(kernel.entry(variant));
    instructions += device.launchBlocks(kernel, variant, blocks, passed(kernel, arguments));
  }

  private static Object[] passed(Kernel kernel, Object[] arguments) {
    List<Argument> expected = kernel.parameters();
    assertEquals(expected.size(), arguments.length, "arguments of " + kernel);
    Object[] passed = new Object[arguments.length];
    for (int i = 0; i < passed.length; i++) {
      Object value = arguments[i] instanceof DeviceArray array ? array.address() : arguments[i];
      Class<?> type =
          switch (expected.get(i).type()) {
            case POINTER, INT64 -> Long.class;
            case INT32 -> Integer.class;
            case FLOAT32 -> Float.class;
          };
      assertEquals(type, value.getClass(), kernel + ", argument " + expected.get(i).name());
      passed[i] = value;
    }
    return passed;
  }
}
