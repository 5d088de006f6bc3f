package org.residuum.format.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.Model;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.Outputs;
import org.residuum.data.Preprocessing;
import org.residuum.data.Preprocessing.Values;
import org.residuum.data.Resize;
import org.residuum.format.FormatException;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;

/** Configurations as timm, Hugging Face and exporters of ONNX write them. */
class ModelMetadataTest {
  private static final Shape INPUT = Shape.of(3, 224, 224);
  private static final String IMAGENET = "mean=0.485,0.456,0.406, std=0.229,0.224,0.225, ";

  @TempDir private Path folder;

  private ModelMetadata beside(String config, String processor, Shape input, int classes)
      throws IOException {
    write("config.json", config);
    write("preprocessor_config.json", processor);
    return BesideModel.of(folder.resolve("model.safetensors")).metadata(input, classes);
  }

  private void write(String name, String text) throws IOException {
    if (text != null) {
      Files.writeString(folder.resolve(name), text.replace('\'', '"'));
    }
  }

  private static String text(ModelMetadata metadata) {
    return metadata
        .preprocessing()
        .map(found -> found.toMap().toString().replaceAll("[{}]|input_shape=\\S+ ", ""))
        .orElse(metadata.problem());
  }

  /** As {@code timm/resnet18.a1_in1k} on the Hub, with its test size. */
  @Test
  void timmsTestSizeHasItsOwnCrop() throws IOException {
    String config =
        """
        {'architecture': 'resnet18', 'num_classes': 1000, 'num_features': 512,
         'pretrained_cfg': {'tag': 'a1_in1k', 'custom_load': false, 'label_names': null,
          'input_size': [3, 224, 224], 'test_input_size': [3, 288, 288],
          'fixed_input_size': false, 'interpolation': 'bicubic', 'crop_pct': 0.95,
          'test_crop_pct': 1.0, 'crop_mode': 'center', 'mean': [0.485, 0.456, 0.406],
          'std': [0.229, 0.224, 0.225], 'num_classes': 1000, 'pool_size': [7, 7]}}
        """;
    ModelMetadata trained = beside(config, null, INPUT, 1000);
    assertEquals("config.json", trained.source());
    assertEquals(IMAGENET + "resize=crop, shorter_side=235, filter=bicubic", text(trained));
    assertEquals(
        IMAGENET + "resize=crop, shorter_side=288, filter=bicubic",
        text(beside(config, null, Shape.of(3, 288, 288), 1000)));
    assertEquals(
        IMAGENET + "resize=crop, shorter_side=269, filter=bicubic",
        text(beside(config, null, Shape.of(3, 256, 256), 1000)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'input_size': [3, 224, 224] | mean=0.485,0.456,0.406, std=0.229,0.224,0.225, resize=crop,"
            + " shorter_side=256, filter=bicubic",
        "'input_size': [3, 224, 224], 'crop_pct': 0.8, 'crop_mode': 'squash', 'interpolation':"
            + " 'bilinear', 'mean': [0.5, 0.5, 0.5], 'std': [0.5, 0.5, 0.5] | mean=0.5,0.5,0.5,"
            + " std=0.5,0.5,0.5, resize=squash, resize_to=280,280",
        "'pretrained_cfg': {'crop_pct': 1.0, 'crop_mode': 'border', 'interpolation': 'lanczos'} |"
            + " mean=0.485,0.456,0.406, std=0.229,0.224,0.225, resize=pad, resize_to=224,224,"
            + " filter=lanczos, fill=124,116,104",
        "'input_size': [3, 224, 224], 'interpolation': 'area' | config.json: its interpolation is"
            + " \"area\", expected nearest, box, bilinear, hamming, bicubic or lanczos",
        "'input_size': [3, 224, 224], 'crop_mode': 'random' | config.json: its crop_mode is"
            + " \"random\", expected center, squash or border",
        "'input_size': [3, 224, 224], 'crop_pct': '1' | config.json: its crop_pct is \"1\","
            + " expected a number",
        "'input_size': [3, 224, 224], 'crop_pct': 0 | config.json: its crop_pct is \"0.0\","
            + " expected a fraction above 0 and at most 1",
        "'input_size': [3, 224, 224], 'mean': [1, 2] | config.json: its mean is \"[1.0, 2.0]\","
            + " expected a number for each of 3 channels",
        "'input_size': 224 | config.json: its input_size is \"224.0\", expected channels, height"
            + " and width, whole numbers from 1 to 4096",
        "'input_size': [3, 1000000, 1000000] | config.json: its input_size is \"[3.0, 1000000.0,"
            + " 1000000.0]\", expected channels, height and width, whole numbers from 1 to 4096",
        "'input_size': [3, 224.5, 224] | config.json: its input_size is \"[3.0, 224.5, 224.0]\","
            + " expected channels, height and width, whole numbers from 1 to 4096",
        "'model_type': 'bert' | ",
      })
  void timmsConfigurationsAreRead(String keys, String expected) throws IOException {
    ModelMetadata metadata = beside("{" + keys + "}", null, INPUT, 1000);
    assertEquals(expected == null ? "" : expected, text(metadata));
  }

  /** timm's ResizeKeepRatio is not told the filter where the input is no square. */
  @Test
  void timmsResizeOfOtherThanSquaresIsBilinear() throws IOException {
    String config = "{'input_size': [3, 224, 160], 'interpolation': 'bicubic', 'crop_pct': 0.875}";
    assertEquals(
        IMAGENET + "resize=crop, resize_to=256,182",
        text(beside(config, null, Shape.of(3, 224, 160), 10)));
  }

  /** As microsoft/resnet-50, google/vit-base-patch16-224, apple/mobilevit-small and others. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'crop_pct': 0.875, 'do_normalize': true, 'do_resize': true, 'feature_extractor_type':"
            + " 'ConvNextFeatureExtractor', 'image_mean': [0.485, 0.456, 0.406], 'image_std':"
            + " [0.229, 0.224, 0.225], 'resample': 3, 'size': 224 | mean=0.485,0.456,0.406,"
            + " std=0.229,0.224,0.225, resize=crop, shorter_side=256, filter=bicubic",
        "'do_normalize': true, 'do_resize': true, 'image_processor_type': 'ViTImageProcessor',"
            + " 'image_mean': [0.5, 0.5, 0.5], 'image_std': [0.5, 0.5, 0.5], 'resample': 2, 'size':"
            + " {'height': 224, 'width': 224}, 'rescale_factor': 0.00392156862745098, 'do_rescale':"
            + " true | mean=0.5,0.5,0.5, std=0.5,0.5,0.5, resize=squash",
        "'crop_size': 224, 'do_center_crop': true, 'feature_extractor_type':"
            + " 'MobileViTFeatureExtractor', 'do_flip_channel_order': true, 'resample': 2, 'size':"
            + " 288 | mean=0.0,0.0,0.0, std=1.0,1.0,1.0, resize=crop, shorter_side=288, colors=bgr",
        "'crop_size': {'height': 224, 'width': 224}, 'do_center_crop': true, 'image_mean': 0.5,"
            + " 'image_std': 0.5, 'size': {'height': 256, 'width': 256}, 'resample': 3 |"
            + " mean=0.5,0.5,0.5, std=0.5,0.5,0.5, resize=squash, resize_to=256,256,"
            + " filter=bicubic",
        "'crop_size': 224, 'do_center_crop': true, 'image_mean': [0, 0, 0], 'image_std': [1, 1, 1],"
            + " 'size': {'shortest_edge': 256}, 'rescale_factor': 0.00784313725490196,"
            + " 'rescale_offset': true | mean=1.0,1.0,1.0, std=1.0,1.0,1.0, resize=crop,"
            + " shorter_side=256, range=2",
        "'image_mean': [103.5, 116.3, 123.7], 'image_std': [1, 1, 1], 'do_rescale': false,"
            + " 'do_resize': false | mean=103.5,116.3,123.7, std=1.0,1.0,1.0, resize=none,"
            + " range=255",
        "'image_processor_type': 'ConvNextImageProcessor', 'do_normalize': false, 'size':"
            + " {'shortest_edge': 384} | preprocessor_config.json: it makes pictures of 384 × 384,"
            + " the network takes (3, 224, 224)",
        "'image_mean': 0.5, 'image_std': 0.5, 'size': {'shortest_edge': 224} |"
            + " preprocessor_config.json: its size is \"{shortest_edge=224.0}\", expected height"
            + " and width, for nothing is cropped",
        "'do_normalize': true, 'size': 224 | preprocessor_config.json: its image_mean is \"null\","
            + " expected a number a channel",
        "'do_normalize': true, 'size': 0 | preprocessor_config.json: its size is \"0.0\", expected"
            + " a whole number of pixels, 1 to 4096",
        "'image_mean': 0.5, 'image_std': 0.5, 'size': 224, 'do_pad': true |"
            + " preprocessor_config.json: its do_pad is \"true\", expected false: that is"
            + " not done here",
        "'image_mean': 0.5, 'image_std': 0.5, 'size': 224, 'do_grayscale': true |"
            + " preprocessor_config.json: its do_grayscale is \"true\", expected false: that is"
            + " not done here",
        "'image_mean': 0.5, 'image_std': 0.5, 'do_center_crop': true, 'crop_size': 224, 'size':"
            + " {'shortest_edge': 256, 'longest_edge': 300} | preprocessor_config.json: its"
            + " longest_edge is \"300.0\", expected none: the longer side is not bounded here",
        "'image_mean': 0.5, 'image_std': 0, 'size': 224 | preprocessor_config.json: mean 0.5, std"
            + " 0.0 of channel 0: both must be finite, std above 0",
      })
  void huggingFacesProcessorsAreRead(String keys, String expected) throws IOException {
    // The config.json beside it says something else.
    String config = "{'model_type': 'resnet', 'input_size': [3, 32, 32]}";
    assertEquals(expected, text(beside(config, "{" + keys + "}", INPUT, 2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": { | Unexpected end-of-input: expected close marker for Object",
        "{\"a\": [} | Unexpected close marker '}': expected ']'"
      })
  void jsonThatIsNotClosedIsToldPlainly(String text, String expected) throws IOException {
    String problem = beside(text.strip(), null, INPUT, 2).problem();
    assertEquals(folder.resolve("config.json") + ", line 1: " + expected, problem);
  }

  @Test
  void labelsAreTakenWhereAllAreNamed() throws IOException {
    String named = "{'id2label': {'0': 'tench', '1': 'goldfish, Carassius'}}";
    assertEquals(List.of("tench", "goldfish, Carassius"), beside(named, null, INPUT, 2).labels());
    assertEquals(List.of(), beside(named, null, INPUT, 3).labels());
    String none = "{'id2label': {'0': 'LABEL_0', '1': 'LABEL_1'}}";
    assertEquals(List.of(), beside(none, null, INPUT, 2).labels());
    assertEquals(List.of("a", "b"), beside("{'label_names': ['a', 'b']}", null, INPUT, 2).labels());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Image.NominalPixelRange=Normalized_0_1 | mean=0.0,0.0,0.0, std=1.0,1.0,1.0, resize=crop,"
            + " shorter_side=256",
        "Image.NominalPixelRange=Normalized_1_1 | mean=0.5,0.5,0.5, std=0.5,0.5,0.5, resize=crop,"
            + " shorter_side=256",
        "Image.NominalPixelRange=NominalRange_0_255;Image.BitmapPixelFormat=Bgr8 |"
            + " mean=0.0,0.0,0.0, std=1.0,1.0,1.0, resize=crop, shorter_side=256, colors=bgr,"
            + " range=255",
        "Image.NominalPixelRange=NominalRange_16_235 | the file's metadata:"
            + " Image.NominalPixelRange NominalRange_16_235 is not known",
        "residuum.mean=1 | the file's metadata: preprocessing: key 'input_shape' is missing; it has"
            + " [mean]",
        "author=x | "
      })
  void onnxPropertiesAreRead(String properties, String expected) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String property : properties.split(";")) {
      map.put(property.split("=")[0], property.split("=")[1]);
    }
    assertEquals(expected == null ? "" : expected, text(ModelMetadata.ofOnnx(map, INPUT, 1000)));
  }

  @Test
  void ourOwnPropertiesGiveTheSameBack() throws IOException {
    Preprocessing written =
        Preprocessing.imagenet()
            .withResize(Resize.pad().withFilter(Resize.Filter.LANCZOS).withFill(255))
            .withValues(new Values(Values.Colors.BGR, 255));
    Network network = ResNets.cifar(8, INPUT, 2, ResidualBlocks.Shortcut.ZERO_PAD);
    Parameters weights = new Initializer(1).initialize(network);
    Path file = folder.resolve("m.onnx");
    OnnxModel.write(
        file, network, weights, 17, OnnxProperties.of(List.of("ä", "b"), written, Outputs.CLASSES));
    Model read = Model.load(file);
    assertEquals(written, read.preprocessing().orElseThrow());
    assertEquals(List.of("ä", "b"), read.labels());
    write("config.json", "{'input_size': [3, 224, 224], 'crop_pct': 0.5}");
    assertEquals(written, Model.load(file).preprocessing().orElseThrow());
    assertEquals("the file's metadata", Model.load(file).preprocessingSource());
    assertEquals("", read.withPreprocessing(Preprocessing.imagenet()).preprocessingSource());
  }

  @Test
  void damagedFilesAreAProblemOfTheMetadataAlone() throws IOException {
    for (String damaged : List.of("", "[1]", "{'input_size': [3,", "{'a': \u0007}", "{")) {
      ModelMetadata metadata = beside(damaged, null, INPUT, 2);
      assertTrue(metadata.preprocessing().isEmpty(), damaged);
      assertTrue(metadata.problem().contains("config.json"), metadata.problem());
      assertEquals(1, metadata.problem().lines().count());
    }
    Files.write(folder.resolve("config.json"), new byte[] {'{', (byte) 0xff});
    assertTrue(
        BesideModel.of(folder.resolve("m.onnx")).metadata(INPUT, 2).problem().contains("UTF-8"));
  }

  /** A file as from the Hub needs neither a preset nor a size. */
  @Test
  void weightsWithAConfigurationAreUsedAsTheyAre() throws IOException {
    Network network = ResNets.cifar(8, Shape.of(3, 48, 48), 2, ResidualBlocks.Shortcut.ZERO_PAD);
    Path file = folder.resolve("model.safetensors");
    SafeTensors.write(file, new Initializer(1).initialize(network), Map.of());
    write(
        "config.json",
        "{'pretrained_cfg': {'input_size': [3, 48, 48], 'crop_pct': 1.0, 'interpolation':"
            + " 'bilinear', 'label_names': ['cat', 'dog']}}");
    Model model = Model.load(file);
    assertEquals(Shape.of(3, 48, 48), model.exampleShape());
    assertEquals(List.of("cat", "dog"), model.labels());
    assertEquals(Resize.crop(48), model.requirePreprocessing().resize());
    Terminal seen = Terminal.run("inspect", file).expect(ExitCode.OK);
    assertEquals(
        "pictures  resize the shorter side to 48 (bilinear, antialiased), crop the central 48 × 48,"
            + " RGB / 255, mean [0.485, 0.456, 0.406], std [0.229, 0.224, 0.225] (config.json)",
        seen.err().strip());
    assertEquals(model.preprocessing(), Model.load(folder).preprocessing());
    assertEquals(seen, Terminal.run("inspect", folder));
    write("config.json", "{'input_size': [3, 48, 48], 'crop_mode': 'odd'}");
    Model odd = Model.load(file);
    String why = assertThrows(FormatException.class, odd::requirePreprocessing).getMessage();
    assertTrue(why.contains("its crop_mode is \"odd\"") && why.contains("withPreprocessing"), why);
    String error = Terminal.run("predict", "--model", file, "--data", folder).error(ExitCode.USAGE);
    assertTrue(error.contains("its crop_mode is \"odd\"") && error.contains("--preset"), error);
  }
}
