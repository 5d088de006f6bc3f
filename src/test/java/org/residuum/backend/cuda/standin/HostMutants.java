package org.residuum.backend.cuda.standin;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Changes of the host's side that the checks on the stand-in have to notice. */
final class HostMutants {
  private static final String PRODUCTS = "driver/JCudaProducts.java";
  private static final String STREAM = "driver/JCudaStream.java";
  private static final String ARGUMENTS = "driver/ArgumentMemory.java";

  /** The fastest first. */
  private static final List<String> CHECKS =
      List.of(
          "launches arrive as they were asked for",
          "products of every form in fp32",
          "products of every form in tf32",
          "products of every form in bf16",
          "first inference",
          "steps are replayed, at every rate",
          "devices take turns in a thread",
          "recorded launches keep their arguments",
          "networks on threads",
          "PyTorch's bottleneck in fp32",
          "PyTorch's mlp in bf16",
          "every allocation of inference may fail");

  private static final StandInProcess PROCESS = StandInProcess.with("13").setting("DEVICES", 2);

  private HostMutants() {}

  static List<HostMutant> all() {
    return Stream.of(products(), launches(), order(), memory(), steps())
        .flatMap(List::stream)
        .toList();
  }

  /** The few that CI tries: a product, a launch, a wait. */
  static List<HostMutant> sample() {
    return List.of(products().get(2), launches().get(0), order().get(0));
  }

  private static HostMutant of(String file, String original, String changed, String meaning) {
    return new HostMutant(file, original, 0, changed, meaning);
  }

  private static HostMutant second(String file, String original, String changed, String meaning) {
    return new HostMutant(file, original, 1, changed, meaning);
  }

  private static List<HostMutant> products() {
    return List.of(
        of(PRODUCTS, "new DeviceAddress(b)", "new DeviceAddress(a)", "A is both operands"),
        of(
            PRODUCTS,
            "operation(gemm.b().transposed())",
            "operation(gemm.a().transposed())",
            "B is transposed as A is"),
        of(
            PRODUCTS,
            "gemm.b().rowStride()",
            "gemm.a().rowStride()",
            "B's leading dimension is A's"),
        of(PRODUCTS, "gemm.c().rowStride()", "gemm.size().n()", "C's rows have no gaps"),
        second(PRODUCTS, "gemm.a().rowStride()", "gemm.size().k()", "a batch's A has no gaps"),
        of(PRODUCTS, "gemm.b().stride()", "gemm.a().stride()", "a batch's B strides as A"),
        of(PRODUCTS, "gemm.c().stride()", "gemm.a().stride()", "a batch's C strides as A"),
        of(PRODUCTS, "gemm.count(),", "1,", "a batch is its first product"),
        of(PRODUCTS, "gemm.size().n(),", "gemm.size().m(),", "m is n"),
        of(PRODUCTS, "gemm.size().k(),", "gemm.size().k() - 1,", "the last term is left out"),
        of(PRODUCTS, "gemm.beta() == 1 ? one : zero", "zero", "C is never added"),
        second(PRODUCTS, "gemm.beta() == 1 ? one : zero", "one", "a batch's C is always added"),
        of(PRODUCTS, "type(gemm.c().storage())", "operands", "C is stored as A is"),
        of(PRODUCTS, "COMPUTE_32F_FAST_TF32", "COMPUTE_32F", "TF32 is FP32"),
        of(PRODUCTS, "COMPUTE_32F_PEDANTIC", "COMPUTE_32F_FAST_TF32", "FP32 is TF32"),
        of(PRODUCTS, "memory.value(1f)", "memory.value(2f)", "alpha is 2"),
        of(
            PRODUCTS,
            "new DeviceAddress(workspace), bytes)",
            "new DeviceAddress(workspace), 2 * bytes)",
            "the workspace is said to be larger"),
        of(
            PRODUCTS,
            "check(cublasSetStream(handle, new cudaStream_t(stream))",
            "check(cublasSetStream(handle, null)",
            "products run on another stream"));
  }

  private static List<HostMutant> launches() {
    return List.of(
        of(STREAM, "shape.gridX()", "shape.gridY()", "grid x is grid y"),
        of(STREAM, "shape.blockY()", "1", "blocks are flat"),
        second(STREAM, "                1,\n", "                2,\n", "blocks are deep"),
        of(
            ARGUMENTS,
            "start + Long.BYTES * i, address",
            "start + Long.BYTES * (count - 1 - i), address",
            "arguments in reverse order"),
        of(ARGUMENTS, "chunk.putInt(at, number)", "chunk.putFloat(at, number)", "ints as floats"),
        of(ARGUMENTS, "used += (bytes", "used += (bytes / 2", "blocks of arguments overlap"),
        of("driver/JCudaModules.java", "kernel.entry(storage)", "\"col2im_f32\"", "one kernel"),
        of("kernel/GridRule.java", "BLOCK = 256", "BLOCK = 2048", "blocks are too large"),
        of(
            "op/Launch.java",
            "arguments.number(name, value);\n    return this;",
            "arguments.number(name, value + 1);\n    return this;",
            "counts are one too high"));
  }

  private static List<HostMutant> order() {
    return List.of(
        of(
            STREAM,
            "cuStreamSynchronize(handle)",
            "jcuda.driver.CUresult.CUDA_SUCCESS",
            "a wait for a stream is left out"),
        of(
            STREAM,
            "cuStreamWaitEvent(handle, ((JCudaEvent) event).handle(), 0)",
            "jcuda.driver.CUresult.CUDA_SUCCESS",
            "a stream does not wait for another"),
        of(
            STREAM,
            "cuEventRecord(((JCudaEvent) event).handle(), handle)",
            "jcuda.driver.CUresult.CUDA_SUCCESS",
            "an event is not recorded"),
        of(
            "driver/JCudaEvent.java",
            "jcuda.driver.JCudaDriver.cuEventSynchronize(handle)",
            "CUresult.CUDA_SUCCESS",
            "the host does not wait for an event"),
        of(
            "driver/JCudaGraph.java",
            "cuGraphLaunch(handle, stream)",
            "jcuda.driver.CUresult.CUDA_SUCCESS",
            "a graph is not replayed"),
        of(
            "CudaSlot.java",
            "    streams.compute().waitFor(copiedIn);\n",
            "",
            "steps do not wait for the inputs"),
        of(
            "CudaSlot.java",
            "    streams.out().waitFor(computed);\n",
            "",
            "outputs do not wait for the steps"),
        of("CudaSlot.java", "    copiedOut.synchronize();\n", "", "nobody waits for a batch"),
        of(
            "PlanWeights.java",
            "    stream.synchronize();\n",
            "",
            "weights are overwritten on their way"),
        of(
            "driver/JCudaDriver.java",
            "check(cuCtxSetCurrent(context), \"cuCtxSetCurrent\", detail);",
            "",
            "threads have no context"));
  }

  private static List<HostMutant> memory() {
    return List.of(
        of(
            STREAM,
            "cuMemcpyHtoDAsync(target, source, bytes, handle)",
            "cuMemcpyHtoDAsync(target, source, bytes - 1, handle)",
            "a copy in is a byte short"),
        of(
            STREAM,
            "cuMemcpyDtoHAsync(target, source, bytes, handle)",
            "cuMemcpyDtoHAsync(target, source, bytes - 1, handle)",
            "a copy out is a byte short"),
        of(
            STREAM,
            "cuMemcpyHtoDAsync(target, source, bytes, handle)",
            "cuMemcpyHtoDAsync(target, source, bytes, null)",
            "copies in run on another stream"),
        of(STREAM, "value, bytes, handle)", "value, bytes - 1, handle)", "a fill is short"),
        of(
            "driver/JCudaDriver.java",
            "check(cuMemFreeHost(pointer), \"cuMemFreeHost\", () -> \"\");",
            "",
            "page-locked memory is not freed"),
        of(
            "driver/JCudaGraph.java",
            "JCudaDriver.check(cuGraphExecDestroy(handle), \"cuGraphExecDestroy\", detail);",
            "",
            "graphs are not destroyed"),
        of(
            PRODUCTS,
            "onFailure.add(() -> driver.free(workspace));",
            "",
            "the workspace is lost where cuBLAS fails"));
  }

  private static List<HostMutant> steps() {
    return List.of(
        of(
            "Optimizer.java",
            "numbers.putFloat(4, (float) (rate / (1",
            "numbers.putFloat(8, (float) (rate / (1",
            "AdamW's rate is in another place"),
        of(
            "CudaTraining.java",
            "optimizer, streams().out())",
            "optimizer, streams().compute())",
            "the norm is copied on another stream"),
        of(
            STREAM,
            "  public void waitFor(CudaEvent event) {\n    driver.enter();",
            "  public void waitFor(CudaEvent event) {",
            "a batch does not choose its device"));
  }

  /** What noticed the change, or an empty text. */
  static String noticed(HostMutant mutant) throws Exception {
    return noticed(PROCESS.before(mutant.compile()));
  }

  /** The first check that fails, or a crash; a process that does not start proves nothing. */
  private static String noticed(StandInProcess process) throws Exception {
    Map<String, String> results =
        process
            .option("-Dresiduum.standin.brief=true", "-XX:TieredStopAtLevel=1")
            .option("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null")
            .run(CHECKS);
    for (Map.Entry<String, String> result : results.entrySet()) {
      if (!result.getValue().isEmpty()) {
        return result.getKey() + ": " + reason(result.getValue());
      }
    }
    return "";
  }

  private static String reason(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith(StandInChild.FAILED) || line.contains("SIG"))
        .map(line -> line.substring(Math.max(0, line.indexOf(": ") + 2)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("the checks did not run: " + output));
  }

  /** All, a line each; exit code 1 where one goes unnoticed. */
  public static void main(String[] args) throws Exception {
    String unchanged = noticed(PROCESS);
    if (!unchanged.isEmpty()) {
      throw new IllegalStateException("without a change fails " + unchanged);
    }
    int missed = 0;
    List<HostMutant> mutants = all();
    for (HostMutant mutant : mutants) {
      String by = noticed(mutant);
      missed += by.isEmpty() ? 1 : 0;
      String line = by.isEmpty() ? "NOT NOTICED" : by;
      System.out.printf("%-60s %s%n", mutant, line.substring(0, Math.min(line.length(), 150)));
    }
    System.out.printf("%d mutants, %d not noticed%n", mutants.size(), missed);
    System.exit(missed == 0 ? 0 : 1);
  }
}
