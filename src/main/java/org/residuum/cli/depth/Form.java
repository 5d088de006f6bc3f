package org.residuum.cli.depth;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Networks that differ in depth and shortcuts only.
 *
 * @param kind {@code mlp} or {@code conv}
 * @param width features or channels of each block
 * @param batchNorm whether a batch norm follows each layer
 */
public record Form(String kind, int width, boolean batchNorm) {
  private static final Pattern TEXT = Pattern.compile("(mlp|conv):([1-9]\\d{0,4})(:bn)?");

  /**
   * Reads {@code mlp:64} or {@code conv:8:bn}.
   *
   * @throws IllegalArgumentException for another text
   */
  public static Form of(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          text + ": no form of network; mlp:WIDTH or conv:WIDTH, either with :bn");
    }
    int width = Integer.parseInt(matcher.group(2));
    return new Form(matcher.group(1), width, matcher.group(3) != null);
  }

  /** The name of the network with that many blocks, as {@code --model} takes it. */
  String model(int blocks, boolean residual) {
    String name = kind + ":" + width + "x" + blocks + (batchNorm ? ":bn" : "");
    return residual ? name : "plain:" + name;
  }

  /** The parameter that a gradient reaches last. */
  String firstWeight() {
    return kind.equals("mlp") ? "stem.weight" : "conv1.weight";
  }

  /** A name for files. */
  String fileName() {
    return kind + width + (batchNorm ? "-bn" : "");
  }

  /** For a heading, such as {@code Dense, 64 wide, with batch norm}. */
  String title() {
    return (kind.equals("mlp")
            ? "Dense, " + width + " wide"
            : "Convolutional, " + width + " channels")
        + (batchNorm ? ", with batch norm" : "");
  }

  @Override
  public String toString() {
    return kind + ":" + width + (batchNorm ? ":bn" : "");
  }
}
