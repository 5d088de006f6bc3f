package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.TestDevice;
import org.residuum.backend.tolerance.RoundingNoise;
import org.residuum.backend.tolerance.Roundings;
import org.residuum.backend.tolerance.Shares;
import org.residuum.network.Network;
import org.residuum.plan.Gradients;

/**
 * The table of operations on the CUDA backend in its coarser modes, the kernels interpreted. Inputs
 * and parameters are values that the precision stores as they are.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CudaModesTest {
  private static final long SEED = 20160318;
  private static final long CHUNK_BYTES = 2048;
  private static final Map<String, Shares> SHARES = new LinkedHashMap<>();

  TestDevice device() {
    return TestDevice.INTERPRETER;
  }

  List<Precision> modes() {
    return List.of(Precision.TF32, Precision.BF16);
  }

  /** Of so many rows of the table, one is run; the interpreter takes a minute for all. */
  int every() {
    return Integer.getInteger("residuum.everyRow", 3);
  }

  Stream<Arguments> rows() {
    return inBothModes(CudaBackendTest.rows());
  }

  Stream<Arguments> learningRows() {
    return inBothModes(CudaBackendTest.learningRows().toList());
  }

  private Stream<Arguments> inBothModes(List<OpCase> rows) {
    return modes().stream()
        .flatMap(
            precision ->
                IntStream.range(0, rows.size())
                    .filter(i -> (i + precision.ordinal()) % every() == 0)
                    .mapToObj(i -> Arguments.of(precision, rows.get(i))));
  }

  @AfterAll
  static void report() {
    SHARES.values().forEach(Shares::report);
    SHARES.clear();
  }

  private static Shares shares(TrainingBackend backend, String what) {
    return SHARES.computeIfAbsent(backend.description() + ", " + what, Shares::new);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void inferenceEqualsReference(Precision precision, OpCase row) {
    check(precision, row, row.alone(), false);
  }

  @ParameterizedTest
  @MethodSource("learningRows")
  void trainingEqualsReference(Precision precision, OpCase row) {
    check(precision, row, Gradients.of(row.between(), row.loss()), true);
  }

  private void check(Precision precision, OpCase row, Network network, boolean training) {
    Roundings roundings = Roundings.of(precision).cut(device().mayCut());
    RandomValues random = new RandomValues(SEED);
    Map<String, double[]> inputs =
        stored(roundings, random.inputs(network, row.batch(), row.classes()));
    Map<String, double[]> parameters = stored(roundings, random.parameters(network));
    RoundingNoise.Results expected =
        RoundingNoise.of(network, row.batch(), inputs, parameters, roundings, SEED);
    CompileOptions options = CompileOptions.batch(row.batch());
    try (CudaBackend backend = device().open(precision, CHUNK_BYTES)) {
      Shares shares = shares(backend, training ? "training" : "inference");
      for (CompileOptions form : List.of(options, options.unoptimized())) {
        Map<String, double[]> got =
            training
                ? BackendRuns.learn(backend, network, inputs, parameters, form)
                : BackendRuns.infer(backend, network, inputs, parameters, form);
        assertTrue(expected.exact().keySet().containsAll(got.keySet()), () -> "" + got.keySet());
        String what = row + (form.optimize() ? ", optimised, " : ", as described, ");
        got.forEach(
            (name, values) ->
                shares.checkNorm(
                    what + name,
                    SEED,
                    expected.exact().get(name),
                    values,
                    expected.tolerance(name)));
      }
    }
  }

  private static Map<String, double[]> stored(Roundings precision, Map<String, double[]> values) {
    Map<String, double[]> stored = new HashMap<>(values);
    stored.replaceAll((name, array) -> precision.stored(array));
    return stored;
  }
}
