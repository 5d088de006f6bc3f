package org.residuum;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the packages point one way, and each library stays where it belongs. */
@AnalyzeClasses(packages = "org.residuum", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule arrowsPointOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("cli")
          .definedBy("org.residuum.cli..")
          .layer("spark")
          .definedBy("org.residuum.spark..")
          .layer("report")
          .definedBy("org.residuum.report..")
          .layer("train")
          .definedBy("org.residuum.train..")
          .layer("data")
          .definedBy("org.residuum.data..")
          .layer("format")
          .definedBy("org.residuum.format..")
          .layer("backend")
          .definedBy("org.residuum.backend..")
          .layer("plan")
          .definedBy("org.residuum.plan..")
          .layer("network")
          .definedBy("org.residuum.network..")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("spark")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("report")
          .mayOnlyBeAccessedByLayers("cli", "spark")
          .whereLayer("train")
          .mayOnlyBeAccessedByLayers("cli", "spark", "report")
          .whereLayer("data")
          .mayOnlyBeAccessedByLayers("cli", "spark", "report", "train")
          .whereLayer("format")
          .mayOnlyBeAccessedByLayers("cli", "spark", "report")
          .whereLayer("backend")
          .mayOnlyBeAccessedByLayers("cli", "spark", "report", "train", "data", "format")
          .whereLayer("plan")
          .mayOnlyBeAccessedByLayers("cli", "spark", "report", "train", "data", "format", "backend")
          .whereLayer("network")
          .mayOnlyBeAccessedByLayers(
              "cli", "spark", "report", "train", "data", "format", "backend", "plan");

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
