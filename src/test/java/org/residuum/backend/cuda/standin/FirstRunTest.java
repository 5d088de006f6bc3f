package org.residuum.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.residuum.cli.Main;
import org.residuum.cli.text.ExitCode;

/** What the command line says on machines with a driver, each in a JVM of its own. */
final class FirstRunTest {
  private static final List<String> DEMO = List.of("demo", "--device", "cuda");

  @BeforeAll
  static void needsACompiler() {
    StandInBuild.assumeCompiler();
  }

  private static StandInProcess.Output run(StandInProcess process, List<String> arguments)
      throws Exception {
    return process.option("-XX:TieredStopAtLevel=1").start(Main.class.getName(), arguments);
  }

  private static void refuses(StandInProcess process, String... texts) throws Exception {
    StandInProcess.Output output = run(process, DEMO);
    assertEquals(ExitCode.NO_GPU, output.code(), output.text());
    for (String text : texts) {
      assertTrue(output.text().contains(text), output.text());
    }
  }

  @Test
  void doctorFindsTheGpuAndTakesIt() throws Exception {
    StandInProcess.Output output = run(StandInProcess.with("13"), List.of("doctor"));
    assertEquals(0, output.code(), output.text());
    for (String text :
        List.of(
            "cuda:0 stand-in GPU, 68.7 GB, sm_80, would load baseline.ptx and sm80.ptx",
            "cuBLAS     13.6.0, ",
            "fp32, self-check passed in ",
            "default    --device cuda")) {
      assertTrue(output.text().contains(text), output.text());
    }
  }

  @Test
  void driverWithoutAGpuSaysSoInCudasWords() throws Exception {
    refuses(
        StandInProcess.with("12").setting("DEVICES", 0),
        "no usable GPU: cuInit answers 100, CUDA_ERROR_NO_DEVICE: no CUDA-capable device is"
            + " detected",
        "use --device cpu");
  }

  @Test
  void driverThatDoesNotFitItsKernelModuleIsNamed() throws Exception {
    refuses(
        StandInProcess.with("12").setting("INIT", 803),
        "cuInit answers 803, CUDA_ERROR_SYSTEM_DRIVER_MISMATCH",
        "use --device cpu");
  }

  @Test
  void driverThatIsTooOldIsNamedWithTheOneThatIsNeeded() throws Exception {
    refuses(
        StandInProcess.with("12").setting("VERSION", 11080),
        "the driver is for CUDA up to 11.8, our kernels need 12.0: install driver 525 or newer",
        "use --device cpu");
  }

  @Test
  void gpuThatIsTooOldIsNamed() throws Exception {
    refuses(
        StandInProcess.with("12").setting("ARCHITECTURE", 70).setting("DEVICE", "Tesla V100"),
        "cuda:0 Tesla V100, 68.7 GB, sm_70, too old for our kernels, which start at sm_75");
  }

  /** A PTX version that the driver's compiler does not know: its log is in the message. */
  @Test
  void logOfTheDriversCompilerIsInTheMessage() throws Exception {
    refuses(
        StandInProcess.with("12").setting("PTX_VERSION", 78),
        "baseline.ptx on stand-in GPU",
        "Unsupported .version 8.0; current version is '7.8'",
        "222, CUDA_ERROR_UNSUPPORTED_PTX_VERSION");
  }

  @Test
  void littleMemoryIsSaidWithWhatIsFree() throws Exception {
    refuses(
        StandInProcess.with("12").setting("MEMORY", 1 << 20),
        "allocate 4194304 bytes for cuBLAS's workspace on stand-in GPU: ",
        " of 1048576 are free",
        "nvidia-smi shows who has it");
  }

  /** Ten steps and inference with nothing to say for the JVM, but of JCuda's initialiser. */
  @Test
  void jniIsUsedByItsRules() throws Exception {
    List<String> checks = List.of("first inference", "PyTorch's mlp in bf16");
    StandInProcess checked = StandInProcess.with("12").option("-Xcheck:jni");
    StandInProcess.Output output = checked.start(StandInChild.class.getName(), checks);
    for (String check : checks) {
      assertTrue(output.text().contains(StandInChild.PASSED + check), output.text());
    }
    List<String> lines = output.text().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      boolean warns = lines.get(i).toLowerCase(Locale.ROOT).contains("warning");
      assertTrue(!warns || lines.get(i + 1).contains("NativeLibraries.load"), output.text());
    }
  }

  @Test
  void launchThatFailsIsNamedWhereLaunchesBlock() throws Exception {
    StandInProcess blocking =
        new StandInProcess("12", "", Map.of("CUDA_LAUNCH_BLOCKING", "1"), List.of());
    String check = "a launch that blocks names its kernel";
    assertEquals("", blocking.run(List.of(check)).get(check));
  }
}
