package org.residuum.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import org.residuum.ptx.Dim3;
import org.residuum.ptx.EmulatedMemory;
import org.residuum.ptx.LaunchOptions;
import org.residuum.ptx.PtxEntry;
import org.residuum.ptx.PtxMachine;

/** The interpreter with device memory, random data and launches through the table of kernels. */
final class KernelRig {
  /** More than any case needs; a warp that goes past it is in an endless loop. */
  private static final long WARP_INSTRUCTIONS = 5_000_000;

  private final EmulatedMemory memory = new EmulatedMemory();
  private final PtxMachine machine = new PtxMachine(memory);
  private final BiFunction<Kernel, Storage, PtxEntry> entries;
  private final Storage storage;
  private final Random random;
  private final Set<String> launched = new LinkedHashSet<>();
  private long instructions;
  private int offset;

  KernelRig(BiFunction<Kernel, Storage, PtxEntry> entries, Storage storage, long seed) {
    this.entries = entries;
    this.storage = storage;
    this.random = new Random(seed);
  }

  /** From here on arrays begin so many elements behind a 16-byte boundary. */
  void misalignBy(int elements) {
    this.offset = elements;
  }

  Storage storage() {
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
    return storage == Storage.F32 ? x : Bf16.round(x);
  }

  DeviceArray in(float[] values) {
    return out(values.length).write(values);
  }

  DeviceArray inF32(float[] values) {
    return outF32(values.length).write(values);
  }

  DeviceArray out(int n) {
    return new DeviceArray(memory, n + " " + storage.suffix(), storage, n, offset);
  }

  DeviceArray outF32(int n) {
    return new DeviceArray(memory, n + " f32", Storage.F32, n, offset);
  }

  long bytes(byte[] values) {
    long address = memory.allocate(values.length, values.length + " bytes");
    memory.copyIn(address, values, 0, values.length);
    return address;
  }

  long ints(int[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asIntBuffer().put(values);
    return bytes(buffer.array());
  }

  /** Device memory of which nothing is written yet; its pages take host memory when touched. */
  long reserve(long bytes) {
    return memory.allocate(bytes, bytes + " bytes");
  }

  void poke(long address, float value) {
    byte[] bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array();
    if (storage == Storage.BF16) {
      bytes = new byte[] {bytes[2], bytes[3]};
    }
    memory.copyIn(address, bytes, 0, bytes.length);
  }

  /**
   * Launches with the grid that the host code would use; lines, which take large ones only, with
   * four side by side and half the blocks.
   */
  LaunchShape launch(Kernel kernel, long count, long width, Object... arguments) {
    LaunchShape shape =
        kernel.grid() == GridRule.LINES
            ? new LaunchShape((int) (count + 7) / 8, 1, 16, 4)
            : kernel.grid().shape(count, width);
    launch(kernel, shape, arguments);
    return shape;
  }

  void launch(Kernel kernel, LaunchShape shape, Object... arguments) {
    Storage variant = kernel.storages().contains(storage) ? storage : Storage.F32;
    PtxEntry entry = entries.apply(kernel, variant);
    Object[] passed = passed(kernel, arguments);
    launched.add(entry.name());
    instructions +=
        machine
            .launch(
                LaunchOptions.strict().withInstructionBudget(WARP_INSTRUCTIONS),
                entry,
                new Dim3(shape.gridX(), shape.gridY(), 1),
                new Dim3(shape.blockX(), shape.blockY(), 1),
                0,
                passed)
            .threadInstructions();
  }

  private static Object[] passed(Kernel kernel, Object[] arguments) {
    List<Argument> expected = kernel.arguments();
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
