package org.residuum.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.source.Datasets;
import org.residuum.network.ResNets;
import org.residuum.network.ResidualBlocks;
import org.residuum.network.Shape;

final class RecipeTest {
  private static Dataset pictures(int channels, int side) {
    byte[][] pixels = new byte[5][channels * side * side];
    return Datasets.ofImages(
        "pictures", Shape.of(channels, side, side), List.of("a"), pixels, new int[5]);
  }

  @Test
  void networkAndPicturesChooseTheRecipe() {
    Dataset grey = pictures(1, 28);
    Dataset colour = pictures(3, 32);
    Dataset large = pictures(3, 96);
    assertEquals(
        Recipe.SMALL_GREY,
        Recipe.of(
            ResNets.cifar(8, grey.exampleShape(), 10, ResidualBlocks.Shortcut.ZERO_PAD), grey));
    assertEquals(Recipe.SMALL_COLOUR, Recipe.of(ResNets.cifar(20), colour));
    assertEquals(Recipe.LARGE, Recipe.of(ResNets.imagenet(18, large.exampleShape(), 10), large));
    assertEquals(Recipe.DENSE_GREY, Recipe.of(ResNets.mlp(grey.exampleShape(), 8, 1, 10), grey));
    assertEquals(Recipe.DENSE, Recipe.of(ResNets.mlp(colour.exampleShape(), 8, 1, 10), colour));
    Dataset vectors =
        Datasets.ofVectors("v", Shape.of(4), List.of("a"), new float[5][4], new int[5]);
    assertEquals(Recipe.DENSE, Recipe.of(ResNets.mlp(Shape.of(4), 8, 1, 10), vectors));
  }

  @Test
  void batchesAreNoLargerThanTheData() {
    assertEquals(5, Recipe.SMALL_GREY.options(pictures(1, 28)).batch());
    assertEquals(64, Recipe.SMALL_GREY.options().batch());
  }

  @Test
  void smallDataHaveTenStepsAnEpoch() {
    for (int[] pair : new int[][] {{192, 16}, {320, 32}, {1279, 64}, {1280, 128}, {20, 16}}) {
      byte[][] pixels = new byte[pair[0]][3 * 8 * 8];
      Dataset data =
          Datasets.ofImages("pictures", Shape.of(3, 8, 8), List.of("a"), pixels, new int[pair[0]]);
      assertEquals(pair[1], Recipe.SMALL_COLOUR.options(data).batch(), pair[0] + " pictures");
    }
  }

  @Test
  void paddingIsAQuarterOfTheShorterSideAtMost() {
    assertEquals(0, Recipe.SMALL_COLOUR.options(pictures(3, 1)).augmentation().padAndCrop());
    assertEquals(2, Recipe.SMALL_COLOUR.options(pictures(3, 8)).augmentation().padAndCrop());
    assertEquals(4, Recipe.SMALL_COLOUR.options(pictures(3, 32)).augmentation().padAndCrop());
    assertEquals(16, Recipe.LARGE.options(pictures(3, 96)).augmentation().padAndCrop());
    Dataset slim =
        Datasets.ofImages("slim", Shape.of(1, 100, 1), List.of("a"), new byte[5][100], new int[5]);
    assertEquals(0, Recipe.LARGE.options(slim).augmentation().padAndCrop());
    assertEquals(
        Augmentation.Distortion.ofSide(1),
        Recipe.DENSE_GREY.options(slim).augmentation().distortion());
  }

  @Test
  void epochsHaveAStepForEachBatchBegun() {
    TrainingOptions options = TrainingOptions.builder().batch(32).build();
    assertEquals(2, options.stepsPerEpoch(47));
    assertEquals(2, options.stepsPerEpoch(64));
    assertEquals(1, options.stepsPerEpoch(1));
  }

  @Test
  void charactersAreWarpedByTheirSize() {
    assertEquals(
        Augmentation.Distortion.ofSide(28),
        Recipe.DENSE_GREY.options(pictures(1, 28)).augmentation().distortion());
    assertEquals(
        0.5, Recipe.DENSE_GREY.options(pictures(1, 8)).augmentation().distortion().shift());
  }
}
