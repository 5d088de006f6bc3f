package org.residuum;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import org.residuum.format.FormatException;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/** Models as bytes and as serialised objects. */
class ModelStreamTest {
  private static final Model SMALL =
      Model.untrained(ResNets.mlp(3, 1), 0).withLabels(List.of("a", "b\n", "ж"));

  @TempDir Path folder;

  private static byte[] bytes(Model model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    model.write(out);
    return out.toByteArray();
  }

  private static Model read(byte[] bytes) throws IOException {
    return Model.read(new ByteArrayInputStream(bytes));
  }

  private static Model serialised(Model model) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(model);
      out.writeObject("behind it");
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Model back = (Model) in.readObject();
      assertEquals("behind it", in.readObject());
      return back;
    }
  }

  private static void assertSame(Model expected, Model actual) {
    assertEquals(expected.toString(), actual.toString());
    assertEquals(expected.network().toString(), actual.network().toString());
    assertEquals(expected.labels(), actual.labels());
    assertEquals(expected.preprocessingSource(), actual.preprocessingSource());
    assertEquals(expected.preprocessingProblem(), actual.preprocessingProblem());
    assertEquals(expected.training(), actual.training());
    assertEquals(text(expected.preprocessing()), text(actual.preprocessing()));
    for (ParameterSpec spec : expected.network().parameters()) {
      assertEquals(
          expected.parameters().get(spec.name()).type(),
          actual.parameters().get(spec.name()).type());
      assertArrayEquals(
          expected.parameters().get(spec.name()).toArray(),
          actual.parameters().get(spec.name()).toArray(),
          0,
          spec.name());
    }
  }

  private static String text(Optional<Preprocessing> preprocessing) {
    return preprocessing.map(some -> some.toMap() + " " + some.decoding()).orElse("none");
  }

  @Test
  void serialisedModelIsTheSame() throws Exception {
    assertSame(SMALL, serialised(SMALL));
    Preprocessing careful =
        Preprocessing.cifar10()
            .withDecoding(
                PictureOptions.DEFAULTS
                    .withMaxPixels(1000)
                    .withDetail(PictureOptions.Detail.FAST)
                    .withColorProfile(PictureOptions.ColorProfile.APPLY));
    assertSame(
        Model.untrained(ResNets.cifar(8), 1).withPreprocessing(careful),
        serialised(Model.untrained(ResNets.cifar(8), 1).withPreprocessing(careful)));
  }

  @Test
  void savedFolderComesBackWithoutTheFolder() throws Exception {
    Path saved = folder.resolve("saved");
    Model.untrained(ResNets.cifar(8), 2).withPreprocessing(Preprocessing.cifar10()).save(saved);
    Model model = Model.load(saved);
    assertSame(model, serialised(model));
    assertArrayEquals(bytes(model), bytes(read(bytes(model))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "akamaster/resnet20-12fca82f.th",
        "akamaster-resnet20-reexported/resnet20_zip_fp16.pth",
        "akamaster-resnet20-reexported/resnet20_op13_trainmode_nofold.onnx",
        "onnc/resnet20.onnx"
      })
  void filesFromElsewhereComeBackAsTheyAre(String name) throws Exception {
    Model model = Model.load(TestData.find("models/" + name));
    assertSame(model, serialised(model));
    assertArrayEquals(bytes(model), bytes(read(bytes(model))));
    assertEquals(
        assertThrows(FormatException.class, model::requirePreprocessing).getMessage(),
        assertThrows(FormatException.class, serialised(model)::requirePreprocessing).getMessage());
  }

  @Test
  void whatFollowsInTheStreamStaysThere() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SMALL.write(out);
    SMALL.withLabels(List.of()).write(out);
    out.write(7);
    InputStream in = new ByteArrayInputStream(out.toByteArray());
    assertSame(SMALL, Model.read(in));
    assertEquals(List.of(), Model.read(in).labels());
    assertEquals(7, in.read());
  }

  @Test
  void bytesThatEndEarlyAreRefused() throws IOException {
    byte[] whole = bytes(SMALL);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      String message = assertThrows(FormatException.class, () -> read(part)).getMessage();
      assertTrue(message.endsWith("; write the model again"), message);
    }
  }

  @Test
  void damagedBytesAreReadOrRefused() throws IOException {
    byte[] whole = bytes(SMALL);
    Random random = new Random(4);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        read(damaged);
      } catch (FormatException e) {
        refused++;
      }
    }
    assertTrue(refused > 500, refused + " of 2000 refused");
  }

  @Test
  void bytesOfSomethingElseAreRefused() {
    assertEquals(
        "model: the bytes do not start with residuum-model 1; only what Model.write wrote is read",
        assertThrows(FormatException.class, () -> read("PK and so on".repeat(9).getBytes(US_ASCII)))
            .getMessage());
  }

  @Test
  void extraTensorsStayBehind() throws IOException {
    Model rich = Model.of(SMALL.network(), with(SMALL, "extra"));
    assertArrayEquals(bytes(Model.of(SMALL.network(), SMALL.parameters())), bytes(rich));
  }

  private static Parameters with(Model model, String name) {
    Map<String, Tensor> all = new LinkedHashMap<>(model.parameters().asMap());
    all.put(name, Tensor.zeros(Shape.of(2)));
    return new Parameters(all);
  }
}
