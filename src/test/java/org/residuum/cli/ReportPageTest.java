package org.residuum.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

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
    int classes = 100;
    long[][] counts = new long[classes][classes];
    for (int i = 0; i < classes; i++) {
      counts[i][i] = 1;
    }
    List<String> labels =
        java.util.stream.IntStream.range(0, classes).mapToObj(i -> "class " + i).toList();
    assertTrue(ReportCharts.confusion(counts, labels).startsWith("<img class=matrix"));
  }
}
