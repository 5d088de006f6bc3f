package org.residuum.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.residuum.train.Evaluation;

final class ReportPageTest {
  @Test
  void namesCannotBecomeMarkup() {
    String html =
        new ReportPage("<script>a</script>", "b & c")
            .tiles(Map.of("<i>", "\"1\""))
            .section("<b>", ReportPage.table(List.of("<u>"), 1, List.of(List.of("</table>"))))
            .section("facts", ReportPage.facts(Map.of("x", "<img>")))
            .html();
    assertFalse(html.contains("<script>") || html.contains("<img>") || html.contains("<u>"), html);
    assertTrue(html.contains("&lt;script&gt;a&lt;/script&gt;"), html);
    assertEquals(2, html.split("</table>", -1).length - 1);
  }

  @Test
  void thumbnailHasThePixelsScaledToFullIntensity() throws IOException {
    byte[] pixels = {0, 8, 16, 16};
    String uri = DataUri.png(pixels, 2, 2, 1, 16);
    byte[] png = Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertEquals(0xff000000, image.getRGB(0, 0));
    assertEquals(0xff7f7f7f, image.getRGB(1, 0));
    assertEquals(0xffffffff, image.getRGB(0, 1));
  }

  @Test
  void chartLeavesOutWhatIsNotFinite() throws IOException {
    double[] epochs = {1, 2, 3};
    double[] losses = {1, Double.NaN, Double.POSITIVE_INFINITY};
    ReportCharts.Line line = ReportCharts.Line.of("loss", epochs, losses);
    assertEquals(1, line.x().length);
    assertTrue(ReportCharts.lines("loss", List.of(line)).startsWith("<img class=chart"));
  }

  @Test
  void matrixOfManyClassesIsDrawn() throws IOException {
    Evaluation.ConfusionMatrix matrix =
        new Evaluation.ConfusionMatrix(
            IntStream.range(0, 100).mapToObj(i -> "class " + i).toList());
    for (int i = 0; i < 100; i++) {
      matrix.add(i, i);
    }
    assertTrue(ReportCharts.confusion(matrix).startsWith("<img class=matrix"));
  }

  @Test
  void matrixWithoutAnyFiniteScoresSaysSo() throws IOException {
    Evaluation.ConfusionMatrix matrix = new Evaluation.ConfusionMatrix(List.of("cat", "dog"));
    matrix.addNotFinite(1);
    String page = EvaluationReport.confusion(matrix);
    assertTrue(page.contains("1 of 1 example: scores that are not finite"), page);
    assertFalse(page.contains("Nothing was confused"), page);
    matrix.add(1, 0);
    page = EvaluationReport.confusion(matrix);
    assertTrue(page.contains("1 of 2 examples: scores that are not finite"), page);
    assertTrue(page.contains("<img class=matrix"), page);
  }
}
