"""The town's institutions: School with its teaching posts, Employer and Alliance, column by column."""

from typing import ClassVar

import numpy as np

from model.columns.agent import ColumnAgent
from model.columns.column import Column
from model.columns.column import column as _c

f4, i1, i2, i4 = np.float32, np.int8, np.int16, np.int32
u4 = np.uint32


class School(ColumnAgent):
    """A nursery-to-college institution, with its staff."""

    kind: ClassVar[str] = "school"
    columns: ClassVar[tuple[Column, ...]] = (
        _c("id", u4, "id", 0, 2**32 - 1, "number of the school", "populate"),
        _c("phase", i1, "code", 0, 8, "see model.inputs.place.PHASES", "populate"),
        _c("ward", i2, "row", -1, 32767, "ward; -1 outside the town", "populate", initial=-1),
        _c("east", f4, "km", -200, 200, "place, east of the wards' mean", "populate"),
        _c("north", f4, "km", -200, 200, "place, north of the wards' mean", "populate"),
        _c("places", i4, "pupils", 0, 10**6, "admission number of a year group", "populate"),
        _c(
            "feeds", i2, "row", -1, 32767, "junior school that an infant school feeds", "populate", initial=-1
        ),
        _c("sixth_form", np.bool_, "yes/no", 0, 1, "has a sixth form", "populate"),
        _c("sixth_places", i4, "students", 0, 10**6, "entry places of the sixth form", "populate"),
        _c("inside", np.bool_, "yes/no", 0, 1, "an institution of the town", "populate"),
        _c("mainstream", np.bool_, "yes/no", 0, 1, "mainstream, not special", "populate"),
        _c("leadership", f4, "SD of heads", -9, 9, "quality of the head", "populate", "staffrooms"),
        _c("head_since", i2, "year", 1900, 2048, "year in which the head came", "populate", "staffrooms"),
        _c(
            "residual",
            f4,
            "SD of schools",
            -9,
            9,
            "value added beyond head and staff",
            "populate",
            "staffrooms",
        ),
        _c(
            "value_added",
            f4,
            "SD of skill a phase",
            -9,
            9,
            "effect on its pupils over a phase",
            "populate",
            "staffrooms",
        ),
        _c(
            "satisfaction",
            f4,
            "SD of staff",
            -9,
            9,
            "job satisfaction of the staff",
            "populate",
            "staffrooms",
        ),
        _c("novices", f4, "share", 0, 1, "share of staff in the first year", "populate", "staffrooms"),
        _c("entry_rate", f4, "share", 0, 1, "share of staff new this year", "populate", "staffrooms"),
        _c(
            "leaving_rate", f4, "share", 0, 1, "share of staff who left last summer", "populate", "staffrooms"
        ),
        _c("vacancies", i2, "posts", 0, 32767, "posts vacant or covered", "populate", "staffrooms"),
        _c("posts", i2, "posts", 0, 32767, "full-time teaching posts", "populate"),
        _c("roll", i4, "pupils", 0, 10**6, "pupils on roll", "populate", "admissions"),
        _c("fsm_share", f4, "share", 0, 1, "share of pupils with free meals", "populate", "admissions"),
        _c(
            "results",
            f4,
            "SD of score",
            -9,
            9,
            "mean score of the last three leaving cohorts",
            "populate",
            "assessment",
        ),
        _c(
            "reach",
            f4,
            "km",
            0,
            1000,
            "distance of the last place given last year",
            "populate",
            "admissions",
            initial=100,
        ),
        _c("gatsby", i1, "benchmarks", 0, 8, "Gatsby benchmarks held", "populate", "alliance"),
        _c("leadership_given", f4, "SD of heads", -9, 9, "from programmes", "populate", "alliance"),
        _c(
            "satisfaction_given",
            f4,
            "SD of staff",
            -9,
            9,
            "from programmes",
            "populate",
            "alliance",
        ),
        _c("applicants_given", f4, "log-odds", -9, 9, "easier to fill a post", "populate", "alliance"),
        _c("retention_given", f4, "pp", -100, 100, "leaving in the first two years", "populate", "alliance"),
        _c("gatsby_given", f4, "benchmarks", -8, 8, "benchmarks from programmes", "populate", "alliance"),
        _c("places_given", i4, "students", 0, 10**6, "sixth-form places added", "populate", "alliance"),
        _c("leaders_national", i1, "people", 0, 127, "National Leaders of Education", "populate", "alliance"),
    )


class Employer(ColumnAgent):
    """An employer that deals with the young."""

    kind: ClassVar[str] = "employer"
    columns: ClassVar[tuple[Column, ...]] = (
        _c("id", u4, "id", 0, 2**32 - 1, "number of the employer", "populate"),
        _c("sector", i1, "code", 0, 15, "see model.populate.SECTORS", "populate"),
        _c("ward", i2, "row", -1, 32767, "ward", "populate", initial=-1),
        _c("staff", f4, "people", 0, 1e5, "employees", "populate"),
        _c("network", np.bool_, "yes/no", 0, 1, "belongs to the careers network", "populate", "next_steps"),
        _c("encounters", f4, "pupil encounters", 0, 1e6, "offered this year", "populate", "next_steps"),
        _c("apprenticeships", i2, "places", 0, 32767, "places for 16-19s a year", "populate"),
        _c("entry_jobs", i2, "places", 0, 32767, "jobs for 16-19s a year", "populate"),
        _c("apprentices", i2, "people", 0, 32767, "places taken this year", "populate", "next_steps"),
        _c("starters", i2, "people", 0, 32767, "jobs taken this year", "populate", "next_steps"),
        _c("apprenticeships_given", i2, "places", 0, 32767, "places added", "populate", "alliance"),
        _c("entry_jobs_given", i2, "places", 0, 32767, "jobs added", "populate", "alliance"),
        _c("threshold", f4, "SD of score", -9, 9, "lowest KS4 score of an apprentice", "populate"),
    )


class Alliance(ColumnAgent):
    """The partnership of organisations. There is one; without programmes it only exists."""

    kind: ClassVar[str] = "alliance"
    columns: ClassVar[tuple[Column, ...]] = (
        _c("id", u4, "id", 0, 2**32 - 1, "always 1", "populate"),
        _c("strength", f4, "share", 0, 1, "strength of the partnership", "populate", "alliance"),
        _c("trust", f4, "SD", -9, 9, "trust between the partners", "populate", "alliance"),
        _c("budget", f4, "pounds, 2017", 0, 1e12, "budget left this year", "populate", "alliance"),
        _c("spent", f4, "pounds, 2017", 0, 1e12, "spent this year", "populate", "alliance"),
    )


POSTS: tuple[Column, ...] = (
    _c("id", u4, "id", 0, 2**32 - 1, "number of the post", "populate"),
    _c("school", i2, "row", -1, 32767, "school of the post", "populate", initial=-1),
    _c(
        "experience",
        i1,
        "years",
        -1,
        60,
        "completed years of the teacher; -1 vacant",
        "populate",
        "staffrooms",
        initial=-1,
    ),
    _c("since", i2, "year", 0, 2048, "year in which the teacher came", "populate", "staffrooms"),
    _c("began", i2, "year", 0, 2048, "year in which the teacher began teaching", "populate", "staffrooms"),
    _c(
        "left",
        i1,
        "code",
        0,
        2,
        "last summer: 0 stayed, 1 left teaching, 2 changed school",
        "populate",
        "staffrooms",
    ),
)
"""Teaching posts: the staff of the schools, kept in columns but no Mesa agents of their own."""
