package org.residuum.ptx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.residuum.ptx.memory.EmulatedMemory;
import org.residuum.ptx.parse.PtxModule;

/**
 * The machine behind the stand-in for NVIDIA's driver, whose C code (src/test/c/machine.c) calls
 * these methods by name. Each answers null, or the fault in words behind its kind. It uses nothing
 * outside of the interpreter's packages, so that the stand-in can serve any program.
 */
final class StandInMachine {
  private static final EmulatedMemory MEMORY = new EmulatedMemory();
  private static final PtxMachine MACHINE = new PtxMachine(MEMORY);
  private static final Map<Integer, PtxModule> MODULES = new ConcurrentHashMap<>();
  private static final Map<String, PtxModule> PARSED = new ConcurrentHashMap<>();
  private static final LaunchOptions OPTIONS =
      Boolean.getBoolean("residuum.strict") ? LaunchOptions.strict() : LaunchOptions.fast();

  private StandInMachine() {}

  private interface Action {
    void run();
  }

  private static String attempt(Action action) {
    try {
      action.run();
      return null;
    } catch (PtxFault e) {
      return e.kind() + ": " + e.getMessage();
    } catch (RuntimeException e) {
      return "LAUNCH_FAILED: " + e;
    }
  }

  static long allocate(long bytes) {
    return MEMORY.allocate(bytes, "device memory");
  }

  static String free(long address) {
    return attempt(() -> MEMORY.free(address));
  }

  static String copyIn(long to, ByteBuffer from) {
    return attempt(
        () -> {
          byte[] bytes = new byte[from.remaining()];
          from.get(0, bytes);
          MEMORY.copyIn(to, bytes, 0, bytes.length);
        });
  }

  static String copyOut(ByteBuffer to, long from) {
    return attempt(
        () -> {
          byte[] bytes = new byte[to.remaining()];
          MEMORY.copyOut(from, bytes, 0, bytes.length);
          to.put(0, bytes);
        });
  }

  static String copy(long to, long from, long bytes) {
    return attempt(() -> MEMORY.copy(to, from, bytes));
  }

  static String fill(long address, byte value, long bytes) {
    return attempt(() -> MEMORY.fill(address, value, bytes));
  }

  /** Lines of {@code width} bytes, {@code pitch} bytes apart, into a buffer without gaps. */
  static String readLines(long from, long pitch, int lines, int width, ByteBuffer to) {
    return attempt(
        () -> {
          byte[] bytes = new byte[width];
          for (int line = 0; line < lines; line++) {
            MEMORY.copyOut(from + line * pitch, bytes, 0, width);
            to.put(line * width, bytes);
          }
        });
  }

  static String writeLines(long to, long pitch, int lines, int width, ByteBuffer from) {
    return attempt(
        () -> {
          byte[] bytes = new byte[width];
          for (int line = 0; line < lines; line++) {
            from.get(line * width, bytes);
            MEMORY.copyIn(to + line * pitch, bytes, 0, width);
          }
        });
  }

  /** Reads a module, text without an end mark; the same text is read once. */
  static String load(int module, ByteBuffer text) {
    return attempt(
        () -> {
          String source = StandardCharsets.US_ASCII.decode(text.duplicate()).toString();
          MODULES.put(module, PARSED.computeIfAbsent(source, PtxModule::parse));
        });
  }

  /** Runs an entry whose parameters lie in {@code parameters} as the driver lays them out. */
  static String launch(
      int module,
      String entry,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int shared,
      ByteBuffer parameters) {
    return attempt(
        () ->
            MACHINE.launch(
                OPTIONS,
                MODULES.get(module).entry(entry),
                new Dim3(gridX, gridY, gridZ),
                new Dim3(blockX, blockY, blockZ),
                shared,
                parameters.order(ByteOrder.LITTLE_ENDIAN)));
  }
}
