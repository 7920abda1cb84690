"""Figures of multivariate drift: what took part, and how each figure is defined."""

from muster.core.figures import Figure
from muster.evidence.check import Definition


def size_figures(
    columns: tuple[str, ...], constant: tuple[str, ...], complete: dict[str, int], rows: dict[str, int]
) -> tuple[Figure, ...]:
    """Return how many columns took part, which are constant, and by window the rows that are not complete."""
    n = complete["reference"]
    compared = Figure(name="columns_compared", value=float(len(columns)), n=n)
    still = Figure(name="columns_constant", value=float(len(constant)), n=n, group=", ".join(constant))
    incomplete = [
        Figure(name="rows_incomplete", value=float(size - complete[name]), n=size, group=name)
        for name, size in rows.items()
    ]
    return compared, still, *incomplete


ERRORS = (
    "reconstruction_error_ratio",
    "reconstruction_error_difference",
    "reconstruction_error_reference",
    "reconstruction_error_data",
)
_OWN = "Muster"
_PCA = "I. T. Jolliffe, Principal Component Analysis (2002)"
DEFINITIONS = {
    "domain_classifier_auc": Definition(
        formula="area under the ROC curve of Fisher's linear discriminant between the windows, data above reference;"
        " each half of the rows ranked by the direction of the other, both areas averaged",
        source="R. A. Fisher, Annals of Eugenics 7 (1936); interval: DeLong et al., Biometrics 44 (1988)",
    ),
    "domain_classifier_auc_error": Definition(
        formula="the most by which cells of scores may put domain_classifier_auc wrong", source=_OWN
    ),
    "reconstruction_error_reference": Definition(
        formula="mean over rows of the squared distance, in standard deviations of the reference, to the kept"
        " components; each half of the reference by the components of the other",
        source=_PCA,
    ),
    "reconstruction_error_data": Definition(
        formula="the same for the data, the mean of the errors by the components of either half", source=_PCA
    ),
    "reconstruction_error_difference": Definition(
        formula="reconstruction_error_data - reconstruction_error_reference", source=_OWN
    ),
    "reconstruction_error_ratio": Definition(
        formula="reconstruction_error_data / reconstruction_error_reference", source=_OWN
    ),
    "components_kept": Definition(
        formula="fewest components that hold the share explained of the reference's variance, at least one left out",
        source=_PCA,
    ),
    "columns_compared": Definition(formula="columns that were compared", source=_OWN),
    "columns_constant": Definition(
        formula="columns that are constant in the reference; they take no part", source=_OWN
    ),
    "rows_incomplete": Definition(
        formula="rows without a finite value in every column; they take no part", source=_OWN
    ),
    "columns_only_in_reference": Definition(
        formula="columns that the reference has and the data have not", source=_OWN
    ),
    "columns_only_in_data": Definition(formula="columns that the data have and the reference has not", source=_OWN),
    "columns_not_comparable": Definition(
        formula="columns that hold no numbers, which are not compared here", source=_OWN
    ),
}
