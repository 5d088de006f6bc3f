package org.residuum.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.residuum.data.Picture;
import org.residuum.report.chart.Axis;
import org.residuum.report.chart.Line;
import org.residuum.train.Evaluation;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The parts of a page: valid, escaped, and of bounded size. */
public final class ReportPageTest {
  private static final String HOSTILE = "<script>alert('1')</script> & \"so\"";

  /** Each chart of a page as XML. */
  public static List<Element> charts(String html) {
    Matcher found = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(html);
    return found.results().map(one -> xml(one.group())).toList();
  }

  private static Element xml(String text) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(text)))
          .getDocumentElement();
    } catch (Exception e) {
      throw new AssertionError(text, e);
    }
  }

  private static List<Element> all(Element chart, String tag) {
    NodeList found = chart.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i)).toList();
  }

  @Test
  void namesCannotBecomeMarkup() {
    String html =
        new ReportPage(HOSTILE, "b & c")
            .tiles(Map.of("<i>", "\"1\""))
            .section(HOSTILE, ReportPage.table(List.of("<u>"), 1, List.of(List.of("</table>"))))
            .section("facts", ReportPage.facts(Map.of("x", "<img>")))
            .section("command", ReportPage.command(HOSTILE))
            .html();
    assertEquals(1, html.split("<script>", -1).length - 1, "our own");
    assertFalse(html.contains("<img>") || html.contains("<u>"), html);
    assertTrue(html.contains("<h1>&lt;script&gt;alert(&#39;1&#39;)"), html);
    assertEquals(2, html.split("</table>", -1).length - 1);
  }

  @Test
  void classesWithHostileNamesAreShownAsTheyAre() throws IOException {
    Evaluation evaluation = evaluation(List.of(HOSTILE, "b\nc"), 10);
    ReportPage page = new ReportPage("t", "s");
    EvaluationReport.add(page, "test", evaluation, new Mistakes(i -> HOSTILE, Optional.empty()));
    String html = page.html();
    assertFalse(html.contains("<script>alert"), html);
    List<Element> charts = charts(html);
    String grid = charts.get(0).getAttribute("data-grid");
    assertTrue(
        grid.contains(
            "\"<script>alert('1')</script> & \\\"so\\\"\",\"b\\x0ac\"".replace("\\x", "\\\\x")),
        grid);
    assertEquals("<script>alert('1'…", all(charts.get(0), "text").get(0).getTextContent());
  }

  private static Evaluation evaluation(List<String> labels, int examples) {
    Evaluation.ConfusionMatrix matrix = new Evaluation.ConfusionMatrix(labels);
    Evaluation.Calibration calibration = new Evaluation.Calibration();
    int classes = labels.size();
    for (int i = 0; i < examples; i++) {
      int label = i % classes;
      int guess = i % 3 == 0 ? i * 7 % classes : label;
      matrix.add(label, guess);
      calibration.add(new Evaluation.Answer(i, label, guess, 0.5 + i % 50 / 100.0, 0.1));
    }
    return new Evaluation(examples, 1, 0.5, 0.9, matrix, calibration, 1);
  }

  @Test
  void lineChartHasItsValuesAndLeavesOutWhatIsNotThere() {
    Line loss = Line.counted("training", "s0", new double[] {1, Double.NaN, 0.5, 0.25});
    Line nothing = Line.counted("validation", "s1", new double[] {Double.NaN});
    Axis y = Axis.suited("", List.of(loss.y()));
    String html = new LineFigure("Loss", "", y, List.of(loss, nothing)).marked(3).html(4);
    Element chart = charts(html).get(0);
    List<Element> lines =
        all(chart, "path").stream().filter(path -> path.hasAttribute("data-y")).toList();
    assertEquals(1, lines.size());
    assertEquals("1,,0.5,0.25", lines.get(0).getAttribute("data-y"));
    assertEquals("", lines.get(0).getAttribute("data-x"), "x is counted from 1");
    assertEquals("M135.5 8h0M306.5 86L392 125", lines.get(0).getAttribute("d"));
    assertEquals(
        "Loss. training: from 1 at epoch 1 to 0.25 at epoch 4", chart.getAttribute("aria-label"));
    assertFalse(html.contains("validation"), html);
    assertEquals("", new LineFigure("x", "", y, List.of(nothing)).html(1));
  }

  @Test
  void oneEpochIsADotAtItsEnd() {
    Line line = Line.counted("", "s0", new double[] {0.5});
    Axis y = new Axis("", Axis.Scale.LINEAR, 0, 1);
    Element chart = charts(new LineFigure("x", " %", y, List.of(line)).html(1)).get(0);
    assertTrue(
        all(chart, "path").stream()
            .anyMatch(
                path ->
                    path.getAttribute("class").equals("d s0")
                        && path.getAttribute("d").equals("M392 86h0")));
  }

  @Test
  void pageOfManyClassesLayersAndEpochsIsSmall() throws IOException {
    List<String> labels = IntStream.range(0, 100).mapToObj(i -> "class " + i).toList();
    Map<String, double[]> norms = new LinkedHashMap<>();
    for (int layer = 0; layer < 100; layer++) {
      double scale = layer + 1;
      norms.put(
          "layer" + layer + ".weight",
          IntStream.range(0, 1000).mapToDouble(i -> scale / (i + 1)).toArray());
    }
    double[] curve = DoubleStream.iterate(3, last -> last * 0.999).limit(1000).toArray();
    Line line = Line.counted("training", "s0", curve);
    ReportPage page = new ReportPage("t", "s");
    StringBuilder charts = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      Axis y = Axis.suited("", List.of(curve));
      charts.append(new LineFigure("Loss", "", y, List.of(line, line)).html(1000));
    }
    Set<String> layers =
        IntStream.range(0, 100)
            .mapToObj(i -> "layer" + i)
            .collect(java.util.stream.Collectors.toSet());
    charts.append(new GradientFigure(norms, layers).html());
    page.section("Training", charts.toString());
    EvaluationReport.add(
        page, "test", evaluation(labels, 10_000), new Mistakes(String::valueOf, Optional.empty()));
    List<EpochPoint> epochs =
        IntStream.rangeClosed(1, 1000)
            .mapToObj(i -> EpochPoint.of(i, 1, 0.5, 0.1, 1000, 10, 1, 0.5, 1))
            .toList();
    page.section("Epochs", EpochTable.html(epochs, 999));
    String html = page.html();
    assertTrue(html.length() < 700_000, html.length() + " characters");
    assertEquals(
        8 + 1 + 1 + 1, charts(html).stream().filter(one -> one.hasAttribute("role")).count());
    assertTrue(html.contains("999 (model)"));
  }

  @Test
  void gradientsOfALayerAreTheNormOverItsParameters() {
    Map<String, double[]> norms = new LinkedHashMap<>();
    norms.put("a.weight", new double[] {3, 0.3, Double.NaN});
    norms.put("a.bias", new double[] {4, 0.4, Double.NaN});
    norms.put("bn.weight", new double[] {1, 1, 1});
    norms.put("b.weight", new double[] {0.5, Double.NaN, 0.05});
    Element chart = charts(new GradientFigure(norms, Set.of("a", "b")).html()).get(0);
    assertEquals("5,0.5,,0.5,,0.05", chart.getAttribute("data-values"));
    assertTrue(chart.getAttribute("data-grid").contains("\"rows\":[\"a\",\"b\"]"));
    assertEquals("", new GradientFigure(Map.of(), Set.of()).html());
  }

  @Test
  void matrixWithoutAnyFiniteScoresSaysSo() {
    Evaluation.ConfusionMatrix matrix = new Evaluation.ConfusionMatrix(List.of("cat", "dog"));
    matrix.addNotFinite(1);
    String page = EvaluationReport.confusion(matrix);
    assertTrue(page.contains("1 of 1 example: scores that are not finite"), page);
    assertFalse(page.contains("Nothing was confused"), page);
    matrix.add(1, 0);
    page = EvaluationReport.confusion(matrix);
    assertTrue(page.contains("1 of 2 examples: scores that are not finite"), page);
    Element chart = charts(page).get(0);
    assertEquals(",,1,", chart.getAttribute("data-values"));
    assertTrue(chart.getAttribute("data-grid").endsWith("\"totals\":[0,2]}"));
  }

  @Test
  void classWithoutExamplesHasNoFigures() {
    Evaluation.ConfusionMatrix matrix = new Evaluation.ConfusionMatrix(List.of("a", "b", "c"));
    matrix.add(0, 0);
    matrix.add(0, 1);
    String html = ClassTable.html(matrix);
    assertTrue(html.contains("<td class=\"text\">c</td><td class=\"number\">–</td>"), html);
    assertTrue(html.contains("style=\"--v:67\">66.7 %</td><td class=\"number\">2</td>"), html);
  }

  @Test
  void smallPictureKeepsItsPixels() throws IOException {
    byte[] pixels = {0, 127, (byte) 255, 9};
    BufferedImage image = image(Thumbnail.html(new Picture(2, 2, 1, pixels)));
    assertEquals(0xff000000, image.getRGB(0, 0));
    assertEquals(0xff7f7f7f, image.getRGB(1, 0));
    assertEquals(0xffffffff, image.getRGB(0, 1));
  }

  @Test
  void largePictureBecomesSmall() throws IOException {
    BufferedImage image = image(Thumbnail.html(new Picture(300, 600, 3, new byte[540_000])));
    assertEquals(112, image.getWidth());
    assertEquals(56, image.getHeight());
  }

  private static BufferedImage image(String html) throws IOException {
    String data = html.substring(html.indexOf(";base64,") + 8, html.lastIndexOf('"'));
    return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data)));
  }
}
