package org.residuum.backend.cuda.assembler;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.nvptxcompiler.JNvPTXCompiler;
import jcuda.nvptxcompiler.nvPTXCompileResult;
import jcuda.nvptxcompiler.nvPTXCompilerHandle;

/** NVIDIA's PTX compiler, as bundled in JCuda's natives; works without a GPU. */
public final class PtxAssembler {
  private static final Pattern KERNEL =
      Pattern.compile(
          "Compiling entry function '(\\w+)'.*?(\\d+) bytes stack frame, (\\d+) bytes spill stores,"
              + " (\\d+) bytes spill loads.*?Used (\\d+) registers([^\\n]*)",
          Pattern.DOTALL);
  private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

  private static final Map<Source, Map<String, Usage>> KNOWN = new ConcurrentHashMap<>();

  private record Source(String ptx, int architecture) {}

  /** What the compiler says a kernel takes; stack and spills in bytes a thread. */
  public record Usage(int registers, int stackBytes, int spillBytes, int sharedBytes) {}

  private PtxAssembler() {}

  /**
   * Assembles for one architecture, the same text once a process; fails with the compiler's own
   * words.
   */
  public static Map<String, Usage> assemble(String ptx, int architecture) {
    Source source = new Source(ptx, architecture);
    return KNOWN.computeIfAbsent(source, s -> compile(s.ptx(), s.architecture()));
  }

  private static Map<String, Usage> compile(String ptx, int architecture) {
    JNvPTXCompiler.setExceptionsEnabled(false);
    byte[] text = ptx.getBytes(StandardCharsets.US_ASCII);
    nvPTXCompilerHandle handle = new nvPTXCompilerHandle();
    check(JNvPTXCompiler.nvPTXCompilerCreate(handle, text.length, text), "create");
    try {
      String[] options = {"--gpu-name=sm_" + architecture, "--verbose"};
      int result = JNvPTXCompiler.nvPTXCompilerCompile(handle, options.length, options);
      if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
        throw new AssertionError("sm_" + architecture + ": " + errorLog(handle));
      }
      return usages(infoLog(handle));
    } finally {
      check(JNvPTXCompiler.nvPTXCompilerDestroy(handle), "destroy");
    }
  }

  private static Map<String, Usage> usages(String log) {
    Map<String, Usage> usages = new LinkedHashMap<>();
    Matcher m = KERNEL.matcher(log);
    while (m.find()) {
      Matcher shared = SHARED.matcher(m.group(6));
      usages.put(
          m.group(1),
          new Usage(
              Integer.parseInt(m.group(5)),
              Integer.parseInt(m.group(2)),
              Integer.parseInt(m.group(3)) + Integer.parseInt(m.group(4)),
              shared.find() ? Integer.parseInt(shared.group(1)) : 0));
    }
    return usages;
  }

  private static String errorLog(nvPTXCompilerHandle handle) {
    long[] size = new long[1];
    check(JNvPTXCompiler.nvPTXCompilerGetErrorLogSize(handle, size), "error log size");
    byte[] log = new byte[(int) size[0] + 1];
    check(JNvPTXCompiler.nvPTXCompilerGetErrorLog(handle, log), "error log");
    return new String(log, 0, (int) size[0], StandardCharsets.US_ASCII);
  }

  private static String infoLog(nvPTXCompilerHandle handle) {
    long[] size = new long[1];
    check(JNvPTXCompiler.nvPTXCompilerGetInfoLogSize(handle, size), "info log size");
    byte[] log = new byte[(int) size[0] + 1];
    check(JNvPTXCompiler.nvPTXCompilerGetInfoLog(handle, log), "info log");
    return new String(log, 0, (int) size[0], StandardCharsets.US_ASCII);
  }

  private static void check(int result, String call) {
    if (result != nvPTXCompileResult.NVPTXCOMPILE_SUCCESS) {
      throw new AssertionError(
          "nvPTXCompiler " + call + ": " + nvPTXCompileResult.stringFor(result));
    }
  }
}
