package org.residuum.backend;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.TestData;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.tolerance.RoundingNoise;
import org.residuum.backend.tolerance.Roundings;
import org.residuum.backend.tolerance.Shares;
import org.residuum.format.onnx.Cifar;
import org.residuum.format.onnx.Npy;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;

/** Other people's networks on the CUDA backend, its kernels interpreted, on CIFAR-10. */
class CudaModelsTest {
  private static final long SEED = 20151210;
  private static final int IMAGES = 2;

  private static final String AKAMASTER = "models/akamaster-resnet20-reexported/resnet20_";
  private static final String PUBLISHED =
      "models/akamaster/resnet20-12fca82f.expected_logits_f32.npy";
  private static final String ONNC = "models/onnc/resnet20.onnx";
  private static final String VNNCOMP = "models/vnncomp2021/resnet_2b.onnx";
  private static final double[] IMAGENET_MEAN = {.485, .456, .406};
  private static final double[] IMAGENET_STD = {.229, .224, .225};
  private static final double[] CIFAR_MEAN = {.4914, .4822, .4465};

  /** A model, what it expects of images, and the logits that were published with it. */
  record Case(String file, Precision precision, double[] mean, double[] std, String logits) {
    @Override
    public String toString() {
      return file + " in " + precision;
    }
  }

  static Stream<Case> cases() {
    Stream<Case> exports =
        Stream.of("op10", "op11", "op13", "op17", "op13_trainmode_nofold")
            .map(name -> akamaster(name, Precision.FP32));
    Stream<Case> others =
        Stream.of(
            akamaster("op17", Precision.TF32),
            akamaster("op17", Precision.BF16),
            new Case(
                ONNC,
                Precision.FP32,
                CIFAR_MEAN,
                new double[] {.2470, .2435, .2616},
                ONNC + ".cifar.expected_logits256_f32.npy"),
            new Case(
                VNNCOMP,
                Precision.FP32,
                CIFAR_MEAN,
                new double[] {.2471, .2435, .2616},
                VNNCOMP + ".vnn.expected_logits256_f32.npy"));
    return Stream.concat(exports, others);
  }

  private static Case akamaster(String name, Precision precision) {
    return new Case(AKAMASTER + name + ".onnx", precision, IMAGENET_MEAN, IMAGENET_STD, PUBLISHED);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logitsAreThePublishedOnes(Case model) throws IOException {
    OnnxModel file = OnnxModel.read(TestData.find(model.file()));
    Network network = file.network();
    Map<String, double[]> parameters = parameters(file);
    double[] images = doubles(Cifar.normalized(IMAGES, model.mean(), model.std()));
    Map<String, double[]> inputs = Map.of(file.inputs().get(0), images);
    String output = network.outputs().keySet().iterator().next();
    Roundings precision = Roundings.of(model.precision());
    RoundingNoise.Results noise =
        RoundingNoise.of(network, IMAGES, inputs, parameters, precision, SEED);
    Shares.Tolerance tolerance = noise.tolerance(output);
    double[] got;
    try (CudaBackend backend = EmulatedBackend.open(model.precision())) {
      CompileOptions options = CompileOptions.batch(IMAGES);
      got = BackendRuns.infer(backend, network, inputs, parameters, options).get(output);
    }
    Shares shares = new Shares(model + ", interpreted");
    shares.check("reference", SEED, noise.exact().get(output), got, tolerance);
    double[] published = published(model, got.length);
    // What was published is rounded, too.
    shares.check("published", SEED, published, got, i -> 2 * tolerance.at(i));
    shares.report();
  }

  private static double[] published(Case model, int count) throws IOException {
    double[] logits = new double[count];
    FloatBuffer all = Npy.floats(TestData.find(model.logits()));
    for (int i = 0; i < count; i++) {
      logits[i] = all.get(i);
    }
    return logits;
  }

  private static Map<String, double[]> parameters(OnnxModel file) {
    Map<String, double[]> values = new LinkedHashMap<>();
    for (ParameterSpec spec : file.network().parameters()) {
      values.put(spec.name(), doubles(file.parameters().get(spec.name()).data()));
    }
    return values;
  }

  private static double[] doubles(FloatBuffer floats) {
    double[] values = new double[floats.limit()];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats.get(i);
    }
    return values;
  }
}
