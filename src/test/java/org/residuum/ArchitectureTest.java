package org.residuum;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.ArrayList;
import java.util.List;

/** The arrows between the packages point one way, and each library stays where it belongs. */
@AnalyzeClasses(packages = "org.residuum", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /** Packages of which each may use those behind it. */
  private static final List<String> LAYERS =
      List.of(
          "cli..",
          "spark..",
          "report..",
          "",
          "train..",
          "format..",
          "data..",
          "backend..",
          "plan..",
          "network..",
          "text..");

  @ArchTest static final ArchRule arrowsPointOneWay = layered();

  private static ArchRule layered() {
    LayeredArchitecture layers =
        layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
    for (String layer : LAYERS) {
      String home = layer.isEmpty() ? "org.residuum" : "org.residuum." + layer;
      layers = layers.layer(home).definedBy(home);
    }
    List<String> before = new ArrayList<>();
    for (String layer : LAYERS) {
      String home = layer.isEmpty() ? "org.residuum" : "org.residuum." + layer;
      layers =
          before.isEmpty()
              ? layers.whereLayer(home).mayNotBeAccessedByAnyLayer()
              : layers.whereLayer(home).mayOnlyBeAccessedByLayers(before.toArray(String[]::new));
      before.add(home);
    }
    return layers;
  }

  @ArchTest
  static final ArchRule oneBackendDoesNotKnowAnother =
      noClasses()
          .that()
          .resideInAPackage("org.residuum.backend.reference..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.residuum.backend.cpu..", "org.residuum.backend.cuda..");

  @ArchTest
  static final ArchRule cpuAndCudaAreApart =
      noClasses()
          .that()
          .resideInAPackage("org.residuum.backend.cpu..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.residuum.backend.cuda..", "org.residuum.backend.reference..");

  @ArchTest
  static final ArchRule onlyCudaImportsJCuda =
      onlyUnder("org.residuum.backend.cuda..", "jcuda..", "org.jcuda..");

  @ArchTest
  static final ArchRule onlyCpuImportsBytedeco =
      onlyUnder("org.residuum.backend.cpu..", "org.bytedeco..");

  @ArchTest
  static final ArchRule onlyCliImportsItsLibraries =
      onlyUnder("org.residuum.cli..", "picocli..", "me.tongfei..");

  @ArchTest
  static final ArchRule onlyReportImportsXChart = onlyUnder("org.residuum.report..", "org.knowm..");

  private static ArchRule onlyUnder(String home, String... libraries) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries);
  }
}
